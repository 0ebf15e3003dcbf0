/** Records to write, and the settings of a step that writes them. */

import type { IncomingRecord } from '../../../lib/upsert/record';
import type { Row } from '../../../lib/upsert/plan/row';
import type { WriteSettings } from '../../../lib/upsert/writeSettings';

/** A record and the result of its mapping, `receiver`. */
export function record(
  receiver: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
  entry: Record<string, unknown> = {},
): IncomingRecord {
  return { metadata, entry, receiver };
}

/** A row with these values only. */
export function row(members: Partial<Row>): Row {
  return { attributes: {}, global_attributes: {}, tags: [], doidata: {}, ...members };
}

/** A record with an id of CleverReach. */
export function ours(id: string, receiver: Record<string, unknown>): IncomingRecord {
  return record(receiver, { recordUid: id, oihUid: `oih-${id}` });
}

export const settings = (members: Partial<WriteSettings> = {}): WriteSettings => ({
  newReceivers: 'active',
  optOuts: false,
  deletes: false,
  dryRun: false,
  idLinking: false,
  defaultMapping: false,
  ...members,
});
