/** Whether the id that came with a record is the id of a receiver of ours. */

import type { WriteSettings } from '../writeSettings';

/** As CleverReach writes its ids. It might take `71-b` or `071` for 71, who is another person. */
const ID = /^[1-9]\d*$/;

/**
 * `recordUid` is ours where the hub says so: it links ids and knows the record, or the record comes from our own application.
 * Otherwise it may well be the id that another application gave to the same person, and numbers of two systems collide.
 */
export function ownId(
  metadata: Record<string, unknown>,
  settings: Pick<WriteSettings, 'idLinking' | 'applicationUid'>,
): string | undefined {
  const { recordUid, oihUid, applicationUid } = metadata;
  const isLinked = settings.idLinking && isText(oihUid);
  const isFromUs = isText(applicationUid) && applicationUid === settings.applicationUid;
  if (!isLinked && !isFromUs) return undefined;
  const id = Number.isSafeInteger(recordUid) ? String(recordUid) : recordUid;
  return isText(id) && ID.test(id.trim()) ? id.trim() : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
