/** Maps a receiver and emits it to the next step. */

import { randomUUID } from 'node:crypto';
import { isTooLarge, MAX_ATTRIBUTES } from '../cleverreach/parseResponse';
import type { Group, Receiver } from '../cleverreach/types';
import { RecordError } from '../utils/errors';
import { checkDepth } from '../utils/json';
import type { MapMessage } from '../mapping/message';
import { text } from '../utils/text';
import type { Step } from '../platform/step';

/**
 * @param storeRawRecord whether the hub wants the untransformed record too (OIH)
 * @returns what sends one receiver, which it adds its group to; it throws a RecordError when this receiver cannot be mapped, is too large, has too many attributes or is nested too deeply
 */
export function receiverEmitter(
  step: Step,
  map: MapMessage,
  storeRawRecord: boolean,
): (receiver: Receiver, group: Group) => Promise<void> {
  return async (receiver, group) => {
    checkAttributes(receiver);
    checkDepth(receiver, 'it');
    // the group's name is no part of a receiver; a custom mapping may want it. A copy would take as long as half a mapping
    const data = Object.assign(receiver, { group_id: group.id, category: group.name });
    const mapped = await map({ metadata: { recordUid: receiver.id }, data });
    // id linking needs it as a string, whatever a custom mapping makes of the metadata
    const metadata = { ...mapped.metadata, recordUid: text(mapped.metadata?.['recordUid']) ?? receiver.id };
    if (storeRawRecord) await step.emitRawRecord(randomUUID(), data);
    await step.emitData({ metadata, data: mapped.data });
  };
}

function checkAttributes(receiver: Receiver): void {
  if (isTooLarge(receiver)) throw new RecordError(`it has more than ${MAX_ATTRIBUTES} attributes`);
}

/** @returns what tells the next step that a receiver has gone, as OIH asks for a deletion */
export function deletionEmitter(step: Step, clock: { now(): number }): (id: string) => Promise<void> {
  return (id) =>
    step.emitData({ metadata: { recordUid: id }, data: { deleteRequested: new Date(clock.now()).toISOString() } });
}
