/** Questions about the history of a receiver, and about receivers of two groups. */

import { paths } from '../../lib/cleverreach/paths';
import { accepted, eventCount, idIn, isSuccess, rowsOf, timeIn, type JsonRow } from './answers';
import { receiverIn, upsertOne } from './asking';
import { TEXT_ATTRIBUTE, hasTag, type Writing } from './writing';
import { NotAnswered } from './wire';

/** Long enough for a timestamp to show a later second. */
const NEXT_SECOND_MS = 2_000;

export async function askHistory(writing: Writing): Promise<void> {
  const { ask, wire, findings, groups, workshop } = writing;
  const email = workshop.address('history');
  const change = async (row: object): Promise<[before: JsonRow, after: JsonRow]> => {
    const id = idIn(await upsertOne(wire, groups.first, { email }));
    const before = await receiverIn(wire, groups.first, id);
    await wire.pause(NEXT_SECOND_MS);
    await upsertOne(wire, groups.first, { email, ...row });
    return [before, await receiverIn(wire, groups.first, id)];
  };
  let tagsMove: boolean | undefined;
  await ask(['eventForTags', 'lastChanged'], async () => {
    const [before, after] = await change({ tags: ['probe_history'] });
    findings.found('eventForTags', eventCount(after) > eventCount(before));
    tagsMove = timeIn(after, 'last_changed') > timeIn(before, 'last_changed');
  });
  await ask(['eventForAttributes', 'lastChanged'], async () => {
    if (findings.position('attributeNames') === undefined) throw new NotAnswered('no attribute could be created');
    const [before, after] = await change({ attributes: { [TEXT_ATTRIBUTE]: 'history' } });
    findings.found('eventForAttributes', eventCount(after) > eventCount(before));
    if (!('last_changed' in after)) findings.found('lastChanged', 'absent');
    else if (timeIn(after, 'last_changed') <= timeIn(before, 'last_changed')) findings.found('lastChanged', 'never');
    else if (tagsMove !== undefined) findings.found('lastChanged', tagsMove ? 'everything' : 'attributes');
  });
}

/** Fills the second group, so these are the last questions. */
export async function askTwoGroups(writing: Writing): Promise<void> {
  const { ask, wire, findings, groups, workshop } = writing;
  const { first, second } = groups;
  const inBoth = async (purpose: string): Promise<{ id: string; email: string }> => {
    const email = workshop.address(purpose);
    const id = idIn(await upsertOne(wire, first, { email }));
    await upsertOne(wire, second, { email });
    return { id, email };
  };
  const isIn = async (groupId: string, id: string): Promise<boolean> => {
    const answer = await wire.send('GET', paths.groupReceiver(groupId, id));
    return isSuccess(answer) && rowsOf(answer).some((row) => idIn(row) === id);
  };

  await ask(['createKnownElsewhere'], async () => {
    const email = workshop.address('elsewhere');
    await upsertOne(wire, first, { email });
    const body = { email, registered: wire.now(), activated: 0 };
    const answer = await wire.send('POST', paths.receivers(second), { body });
    findings.other('createKnownElsewhere', isSuccess(answer) ? 'yes' : `no: ${answer.status}`);
  });
  await ask(['tagsOn'], async () => {
    const { id, email } = await inBoth('shared');
    await upsertOne(wire, first, { email, tags: ['probe_shared'] });
    if (!hasTag(await receiverIn(wire, first, id), 'probe_shared')) throw new NotAnswered('a tag is not shown at once');
    findings.found('tagsOn', hasTag(await receiverIn(wire, second, id), 'probe_shared') ? 'person' : 'membership');
  });
  await ask(['eventsShownIn'], () => askEventGroups(writing, inBoth));
  await ask(['deleteWithGroupId'], async () => {
    const { id } = await inBoth('deleted');
    const path = paths.receiver(id);
    accepted(await wire.send('DELETE', path, { query: { group_id: second } }), 'a deletion');
    if (await isIn(second, id)) throw new NotAnswered('the receiver was not deleted');
    findings.found('deleteWithGroupId', (await isIn(first, id)) ? 'group' : 'everywhere');
  });
  await ask(['receiverWithoutGroup', 'goneAfterDelete'], async () => {
    const id = idIn(await upsertOne(wire, first, { email: workshop.address('gone') }));
    accepted(await wire.send('DELETE', paths.groupReceiver(first, id)), 'a deletion');
    const isStillThere = await isIn(first, id);
    findings.other('goneAfterDelete', isStillThere ? 'no' : 'yes');
    if (isStillThere) throw new NotAnswered('the receiver was not deleted');
    const answer = await wire.send('GET', paths.receiver(id));
    const isKept = isSuccess(answer) && rowsOf(answer).some((row) => idIn(row) === id);
    findings.found('receiverWithoutGroup', isKept ? 'kept' : 'gone');
    if (isKept) await wire.send('DELETE', paths.receiver(id));
  });
}

async function askEventGroups(
  { wire, findings, groups }: Writing,
  inBoth: (purpose: string) => Promise<{ id: string; email: string }>,
): Promise<void> {
  const { id, email } = await inBoth('events');
  const counts = async (): Promise<[number, number]> => [
    eventCount(await receiverIn(wire, groups.first, id)),
    eventCount(await receiverIn(wire, groups.second, id)),
  ];
  const shown = async (row: object): Promise<boolean> => {
    const before = await counts();
    await upsertOne(wire, groups.first, { email, source: 'probe', ...row });
    const after = await counts();
    if (after[0] <= before[0]) throw new NotAnswered('the write leaves no event');
    return after[1] > before[1];
  };
  if (await shown({})) {
    findings.found('eventsShownIn', 'everyGroup');
    return;
  }
  const attributes = rowsOf(accepted(await wire.send('GET', '/attributes'), 'the list of attributes'));
  const shared = attributes.find(({ type }) => type === 'text')?.['name'];
  if (typeof shared !== 'string') throw new NotAnswered('the account has no attribute of type "text"');
  const isShown = await shown({ global_attributes: { [shared]: 'probe' } });
  findings.found('eventsShownIn', isShown ? 'affectedGroups' : 'groupOfTheWrite');
}
