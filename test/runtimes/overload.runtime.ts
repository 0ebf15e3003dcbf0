import type { Sandbox } from '../../sandbox';
import {
  idsIn,
  idsOf,
  readLines,
  sentBy,
  SMALL,
  textWith,
  unique,
  untilFullReadIsDue,
} from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';
import { editUntraced, untraced } from '../support/runtimes/untraced';

/** More edits than a sketch of the platform can identify. */
const SIZES = {
  'elastic.io': { receivers: 600, edited: 300 },
  OIH: { receivers: 4_000, edited: 3_500 },
} as const;
const OVERLOAD = 'More receivers have changed since the last full read than the snapshot can identify.';

describe.each(runtimes)('more changes than the snapshot can identify, under $name,', (runtime) => {
  const stage = useStage();
  const { receivers, edited } = SIZES[runtime.name];
  const fields = { pageSize: 500, customMapping: SMALL, fullReadMinutes: 0 };

  it('are all found in the history, and no other receiver is sent', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields });
    await step.tick();
    untilFullReadIsDue(account);
    const ids = editMany(account, group, edited);
    const found = await step.tick();
    expect(sentBy(found)).toEqual({ errors: [], ids });
    expect(found.log.filter((line) => line.startsWith(OVERLOAD))).toHaveLength(1);
    expect(readLines(found.log)).toHaveLength(1);

    untilFullReadIsDue(account);
    const quiet = await step.tick();
    expect(quiet).toMatchObject({ outcome: 'ack', errors: [], data: [] });
    expect(quiet.log.join('\n')).not.toContain(OVERLOAD);
  });

  it('are all sent, with all other receivers, when the history does not show them', async () => {
    const account = await stage.account({ switches: untraced });
    const [group = ''] = account.seed({ receivers }).groups;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields });
    await step.tick();
    untilFullReadIsDue(account);
    await editUntraced(account, group, idsIn(account, group).slice(0, edited), () => ({
      attributes: { store: 'Altona' },
    }));
    const { data, errors, log } = await step.tick();
    expect({ errors, ids: idsOf(data) }).toEqual({ errors: [], ids: idsIn(account, group) });
    expect(log.filter((line) => line.startsWith(OVERLOAD))).toHaveLength(1);
    expect(log.join('\n')).toContain('To lose no change, every receiver is sent again.');

    untilFullReadIsDue(account);
    expect(await step.tick()).toMatchObject({ outcome: 'ack', errors: [], data: [] });
  });
});

describe.each(runtimes)('as many changes as a snapshot can identify under $name', (runtime) => {
  const stage = useStage();

  it('are found without reading anything twice, even without an event', async () => {
    const account = await stage.account({ switches: untraced });
    const [group = ''] = account.seed({ receivers: 600 }).groups;
    const fields = { pageSize: 100, customMapping: SMALL };
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields });
    await step.tick();
    untilFullReadIsDue(account);
    const ids = idsIn(account, group).slice(0, runtime.name === 'elastic.io' ? 150 : 590);
    await editUntraced(account, group, ids, () => ({ attributes: { store: 'Altona' } }));
    const found = await step.tick();
    expect(sentBy(found)).toEqual({ errors: [], ids });
    expect(found.log.join('\n')).not.toContain(OVERLOAD);
    expect(readLines(found.log)).toEqual([
      textWith(/^Quick poll of all groups .*, 0 sent, /),
      textWith(/^Full read of all groups \(1\): \d+ receivers read, (150|590) sent, /),
    ]);
  });
});

/** @returns the ids of the receivers that were edited, sorted */
function editMany(account: Sandbox, group: string, count: number): string[] {
  const ids = idsIn(account, group).slice(0, count);
  for (const id of ids) account.account.edit(group, id, { attributes: { store: 'Altona' } });
  return unique(ids);
}
