/** Decides whether the recordUid is the id of a CleverReach receiver. */

import type { WriteSettings } from '../writeSettings';

/** The format of CleverReach ids. CleverReach might read `71-b` or `071` as 71, which is another receiver. */
const ID = /^[1-9]\d*$/;

/**
 * Returns the recordUid if it is a CleverReach id: the hub links ids and knows the record, or the record comes from
 * this application. Otherwise it may be the id of another application, and numbers of two systems collide.
 */
export function ownId(
  metadata: Record<string, unknown>,
  settings: Pick<WriteSettings, 'idLinking' | 'applicationUid'>,
): string | undefined {
  const { recordUid, oihUid, applicationUid } = metadata;
  const isLinked = settings.idLinking && isText(oihUid);
  const isFromUs = isText(applicationUid) && applicationUid === settings.applicationUid;
  if (!isLinked && !isFromUs) return undefined;
  return receiverIdFrom(recordUid);
}

/** An id of CleverReach, as a string or a number; undefined for any other value. */
export function receiverIdFrom(value: unknown): string | undefined {
  const id = Number.isSafeInteger(value) ? String(value) : value;
  return isText(id) && ID.test(id.trim()) ? id.trim() : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
