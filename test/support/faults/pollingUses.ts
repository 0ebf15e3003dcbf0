/** Uses of the two triggers for the matrix of faults. */

import type { FakeRuntime } from '../runtime';
import { contentOf } from '../storedContent';
import { DAY, NOW, type Stage } from '../stage';
import { isDeletion, readingBy, stepOfAll, stepOfOne, type Fields, type Reading } from '../steps';
import type { Prepared, Use } from './matrix';

/** So small that a full read takes more requests than a quick poll. */
const PAGE_SIZE = 3;

/** The last message about each receiver, by group and id. */
class Received {
  private readonly contents = new Map<string, string>();
  readonly gone = new Set<string>();

  note({ sent }: FakeRuntime): void {
    for (const message of sent) {
      const id = String(message.metadata['recordUid']);
      if (isDeletion(message)) this.gone.add(id);
      else this.contents.set(`${String(message.data['group_id'])} ${id}`, contentOf(message.data));
    }
  }

  /** Changes of these groups that the next step has not received, in words. */
  missing({ sandbox }: Stage, groups: readonly string[]): string[] {
    return groups.flatMap((group) =>
      sandbox.account.receivers(group).flatMap((receiver) => {
        const sent = this.contents.get(`${group} ${String(receiver['id'])}`);
        if (sent === contentOf(receiver)) return [];
        const state = sent === undefined ? 'was never sent' : 'was not sent as it is now';
        return [`${String(receiver['email'])} of group ${group} ${state}`];
      }),
    );
  }
}

function register({ sandbox }: Stage, group: string, count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) =>
    sandbox.account.addReceiver(group, {
      email: `${prefix}${index}@example.org`,
      // the newest receivers come first, so that a horizon that is moved too early skips the last ones
      registered: NOW - DAY - index,
      global_attributes: { firstname: `Jo ${index}` },
    }),
  );
}

function poll(
  name: 'one group' | 'all groups',
  reading: Reading,
  begin: (stage: Stage, fields: Fields) => { step: FakeRuntime; groups: string[] },
  isFirst: boolean,
): Use {
  return {
    function: name,
    name: `${isFirst ? 'a first poll' : 'a poll'} of ${name} by ${reading}`,
    prepare: async (stage): Promise<Prepared> => {
      const { account } = stage.sandbox;
      const ids = register(stage, stage.group, 5, 'p');
      const fields = { ...readingBy(reading), pageSize: PAGE_SIZE, skipTransformation: true };
      const { step, groups } = begin(stage, fields);
      const received = new Received();
      const gone: string[] = [];
      if (!isFirst) {
        await stage.attempt(step);
        received.note(step);
        stage.later(600);
        const [first = '', second = '', third = ''] = ids;
        account.addReceiver(stage.group, { email: 'zz@example.org' });
        account.bounce(groups.at(-1) ?? '', account.receivers(groups.at(-1) ?? '').at(-1)?.['id'] as string);
        stage.later(1);
        account.unsubscribe(stage.group, second);
        // a quick poll finds only changes of state
        if (reading === 'full reads') {
          account.edit(stage.group, first, { global_attributes: { firstname: 'Bo' }, tags: ['vip'] });
          account.remove(stage.group, third);
          gone.push(third);
        }
        stage.later(600);
      }
      return {
        step,
        note: () => {
          received.note(step);
        },
        wrong: () => [
          ...received.missing(stage, groups),
          ...gone.filter((id) => !received.gone.has(id)).map((id) => `the deletion of ${id} was not reported`),
          ...[...received.gone].filter((id) => !gone.includes(id)).map((id) => `${id} was reported as deleted`),
        ],
      };
    },
  };
}

const one = (stage: Stage, fields: Fields) => ({ step: stepOfOne(stage, fields), groups: [stage.group] });
const all = (stage: Stage, fields: Fields) => {
  const press = stage.addGroup('Press');
  register(stage, press, 2, 'q');
  return { step: stepOfAll(stage, fields), groups: [stage.group, press] };
};

/** Both functions, full reads and quick polls, first and later polls: each in at least one use. */
export const pollingUses: readonly Use[] = [
  poll('one group', 'quick polls', one, true),
  poll('one group', 'full reads', one, false),
  poll('one group', 'quick polls', one, false),
  poll('all groups', 'quick polls', all, false),
  poll('all groups', 'full reads', all, false),
];
