import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Sandbox } from '../../sandbox';
import { runWithKills } from '../support/runtimes/kills';
import { idsIn, idsOf, readLines, sentBy, textWith, untilFullReadIsDue } from '../support/runtimes/expectations';
import type { Step } from '../support/runtimes/flow';
import { runtimes, useStage } from '../support/runtimes/stage';
import { editUntraced, untraced } from '../support/runtimes/untraced';
import { EVERY_TYPE } from '../support/everyType';

const PAGE = 100;
/** Attributes by which a test checks whether the next step has received the current version. */
const WITH_STORE = '{ "metadata": metadata, "data": { "store": data.attributes.store, "active": data.active } }';
const altona = { attributes: { store: 'Altona' } };
/** A page that is repeated has at most 500 receivers. */
const MOST_REPEATS = 500;

describe.each(runtimes)('a container that is killed under $name', (runtime) => {
  const stage = useStage();
  const isSmall = runtime.name === 'elastic.io';

  const afterFirstRead = async (
    receivers: number,
    switches: Partial<Sandbox['switches']>,
    fields: Record<string, unknown> = {},
  ): Promise<{ account: Sandbox; group: string; step: Step }> => {
    const account = await stage.account({ switches });
    const [group = ''] = account.seed({ receivers }).groups;
    const step = await stage.step(runtime, account, {
      function: 'getReceiversByGroupIdPolling',
      fields: { groupId: group, pageSize: PAGE, customMapping: WITH_STORE, ...fields },
    });
    expect(sentBy(await step.tick())).toEqual({ errors: [], ids: idsIn(account, group) });
    account.clock.advance(600);
    return { account, group, step };
  };

  it.each([
    { changed: 60, kills: [20, 70] },
    // more than the snapshot can list, so that a full read runs
    { changed: 600, kills: [30, 250] },
  ])('in the middle of a quick poll loses none of $changed changes of state', async ({ changed, kills }) => {
    const { account, group, step } = await afterFirstRead(800, {});
    const ids = idsIn(account, group).slice(0, changed);
    for (const id of ids) account.account.unsubscribe(group, id);
    account.clock.advance(120);
    const before = step.data.length;
    await runWithKills(
      step,
      kills.map((count) => before + count),
    );
    expect(readLines(step.container.componentLog)).toEqual([
      textWith(changed === 60 ? /^Quick poll of .* 60 sent, / : /^Full read of /),
    ]);
    await expectAllKnown(step, account, group, { from: before, changed: ids, mostRepeats: 2 * MOST_REPEATS });
  });

  it('in the middle of a full read loses no change of state', async () => {
    const { account, group, step } = await afterFirstRead(800, {}, { fullReadMinutes: 0 });
    const ids = idsIn(account, group).slice(0, 600);
    for (const id of ids) account.account.unsubscribe(group, id);
    account.clock.advance(120);
    const before = step.data.length;
    await runWithKills(step, [before + 30, before + 450]);
    expect(readLines(step.container.componentLog)).toEqual([textWith(/^Full read of /)]);
    await expectAllKnown(step, account, group, { from: before, changed: ids, mostRepeats: 2 * MOST_REPEATS });
  });

  it('in the middle of a full read sends a receiver that was changed back in the meantime', async () => {
    const { account, group, step } = await afterFirstRead(60, untraced);
    const ids = idsIn(account, group).slice(0, 40);
    const stores = new Map(ids.map((id) => [id, storeOf(account, group, id)]));
    await editUntraced(account, group, ids, () => altona);
    untilFullReadIsDue(account);
    const before = step.data.length;
    await step.enqueueTick();
    await step.untilSent(before + 20);
    await step.end('SIGKILL');
    await editUntraced(account, group, ids, (id) => ({ attributes: { store: stores.get(id) ?? '' } }));
    await step.restart();
    await step.until(() => step.container.outcomes[0] === 'ack', 'the end of the run');
    await step.flow.journal.settle();
    await expectAllKnown(step, account, group, { from: before, changed: [], mostRepeats: 2 * ids.length });
  });

  it('during the look-up of differences loses no change without an event and no deletion', async () => {
    const reportsDeletions = { changeTypes: EVERY_TYPE };
    const { account, group, step } = await afterFirstRead(1_000, untraced, reportsDeletions);
    const all = idsIn(account, group);
    const ids = all.slice(0, isSmall ? 50 : 900);
    const gone = all.slice(-10);
    await editUntraced(account, group, ids, () => altona);
    for (const id of gone) account.account.remove(group, id);
    untilFullReadIsDue(account);
    const before = step.data.length;
    const kills = isSmall ? [before + 20, before + 70] : [before + 100, before + 800];
    await runWithKills(step, kills);
    await expectAllKnown(step, account, group, { from: before, changed: ids, mostRepeats: 2 * MOST_REPEATS, gone });
  });

  it('after more changes than the snapshot can identify loses none of them', async () => {
    const edited = isSmall ? 700 : 3_500;
    const { account, group, step } = await afterFirstRead(edited + 300, {}, { pageSize: 500 });
    const ids = idsIn(account, group).slice(0, edited);
    untilFullReadIsDue(account);
    for (const id of ids) account.account.edit(group, id, altona);
    const before = step.data.length;
    await runWithKills(step, [before + 100, before + 650]);
    await expectAllKnown(step, account, group, { from: before, changed: ids, mostRepeats: 2 * MOST_REPEATS });
  });

  it('while it sends all receivers after such an overload loses none of them', async () => {
    const { account, group, step } = await afterFirstRead(isSmall ? 900 : 3_800, untraced, { pageSize: 500 });
    const all = idsIn(account, group);
    untilFullReadIsDue(account);
    await editUntraced(account, group, all.slice(200), () => altona);
    const before = step.data.length;
    await runWithKills(step, [before + 100, before + 650]);
    await expectAllKnown(step, account, group, { from: before, changed: all, mostRepeats: 2 * MOST_REPEATS });
  });
});

interface Expected {
  /** The number of messages sent before the changes. */
  from: number;
  changed: readonly string[];
  mostRepeats: number;
  gone?: readonly string[];
}

/**
 * The last message about every receiver contains its current state; those that have changed were sent, and few of them
 * twice.
 */
async function expectAllKnown(step: Step, account: Sandbox, group: string, expected: Expected): Promise<void> {
  const { from, changed, mostRepeats, gone = [] } = expected;
  expect(step.errors).toEqual([]);
  const since = step.data.slice(from);
  const wanted = [...changed, ...gone];
  const sent = new Set(idsOf(since));
  expect(wanted.filter((id) => !sent.has(id))).toEqual([]);
  const last = new Map(step.data.map(({ metadata, data }) => [String(metadata['recordUid']), data]));
  for (const id of gone) expect(last.get(id)).toHaveProperty('deleteRequested');
  const now = idsIn(account, group).map((id) => {
    const { active } = account.account.receiver(group, id) ?? {};
    return { id, store: storeOf(account, group, id), active };
  });
  expect(now.filter(({ id, ...data }) => !isDeepStrictEqual(last.get(id), data))).toEqual([]);
  // receivers that were listed when the container was killed may be sent by the next full read too
  await step.tick();
  untilFullReadIsDue(account);
  await step.tick();
  expect(step.errors).toEqual([]);
  expect(step.data.length - from - wanted.length).toBeLessThanOrEqual(mostRepeats);
  untilFullReadIsDue(account);
  expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
}

function storeOf(account: Sandbox, group: string, id: string): string {
  const attributes = z.object({ attributes: z.looseObject({ store: z.string() }) });
  return attributes.parse(account.account.receiver(group, id)).attributes.store;
}
