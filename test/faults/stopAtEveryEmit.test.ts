/**
 * A run may end at any emit: before the broker has the message, after that and before the confirmation, because the
 * runtime reports that it could not send, or because the process dies with all messages in flight. The next run
 * continues from the last stored snapshot.
 */

import { someOf } from '../support/runs';
import type { FakeRuntime } from '../support/runtime';
import { contentOf } from '../support/storedContent';
import { DAY, NOW, useStage, type Stage } from '../support/stage';
import { isDeletion, readings, stepOfAll, stepOfOne, type Fields, type Reading } from '../support/steps';
import { EVERY_TYPE } from '../support/everyType';

const stageWith = useStage();
/** Messages that are confirmed immediately; late, in reverse order; or with several receivers each. */
const ways = {
  'messages in order': { pageSize: 2 },
  'messages that overtake each other': { pageSize: 4 },
  'pages of receivers': { pageSize: 4, emitBehavior: 'fetchPage' },
} as const;
type Way = keyof typeof ways;
const turnsOf = (emit: number): number => 3 - (emit % 4);

const EVERY_POLL = { fullReadMinutes: 0 };
const ONCE_A_WEEK = { fullReadMinutes: 10_080 };

const fields = (reading: Reading, way: Way): Fields => ({
  ...(reading === 'full reads' ? EVERY_POLL : ONCE_A_WEEK),
  ...ways[way],
  changeTypes: EVERY_TYPE,
  skipTransformation: true,
});

const scopes = { 'one group': stepOfOne, 'all groups': stepOfAll };

/** Two groups of five and three, with one person in both. */
function fill({ sandbox, group, addGroup }: Stage): string {
  const press = addGroup('Press');
  const add = (into: string, name: string, index: number): string =>
    sandbox.account.addReceiver(into, { email: `${name}@example.org`, registered: NOW - DAY - index });
  for (let index = 0; index < 5; index += 1) add(group, `p${index}`, index);
  for (let index = 3; index < 6; index += 1) add(press, index === 3 ? 'p3' : `q${index}`, index);
  return press;
}

/**
 * Changes in both groups after a first poll: a new receiver, a deleted one, and each change that a quick poll finds.
 */
function changeContent({ sandbox, group }: Stage, press: string): void {
  const { account } = sandbox;
  for (const name of ['p3', 'p4'])
    account.edit(group, `${name}@example.org`, { global_attributes: { firstname: 'Bo' } });
  account.edit(press, 'q4@example.org', { tags: ['vip'] });
  account.remove(group, 'p2@example.org');
}

function changeState({ sandbox, group }: Stage, press: string): void {
  const { account } = sandbox;
  account.unsubscribe(group, 'p0@example.org');
  account.bounce(group, 'p1@example.org');
  account.unsubscribe(press, 'q5@example.org');
  account.addReceiver(press, { email: 'a@example.org' });
}

/** For the trigger of one group, another test shows that a receiver in other groups is not lost. */
const deaths = [
  ['before the broker has it', 'oih', 'before'],
  ['after the broker has it', 'elastic.io', 'after'],
  ['and is reported to have failed', 'elastic.io', 'reported'],
  ['with all that follows', 'oih', 'gone'],
] as const;
type Death = (typeof deaths)[number][2];

let turn = 0;

/** Ends a run at its n-th emit from now. `arrived` is called for each message that arrives, in order. */
function watch(
  step: FakeRuntime,
  arrived: string[],
): { emits: () => number; dieAt: (emit: number, death: Death) => void } {
  let emits = 0;
  let at = 0;
  let how: Death = 'before';
  step.onEmit = ({ event, payload }, context) => {
    emits += 1;
    const dies = emits === at;
    if (how === 'gone' && at > 0 && emits >= at) throw new Error('killed');
    if (dies && how === 'before') throw new Error('killed');
    if (dies && how === 'reported') {
      context.errorCount = (context.errorCount ?? 0) + 1;
      return;
    }
    if (event === 'snapshot') step.snapshot = payload;
    if (event === 'data') arrived.push(...inWords(payload));
    if (dies) throw new Error('killed');
  };
  return {
    emits: () => emits,
    dieAt: (emit, death) => {
      [emits, at, how] = [0, emit, death];
    },
  };
}

function inWords(payload: unknown): string[] {
  const { body, ...message } = payload as Record<string, unknown>;
  const { metadata, data } = (body ?? message) as { metadata: Fields; data: Fields };
  if (isDeletion({ data })) return [`gone ${String(metadata['recordUid'])}`];
  const receivers = (data['results'] ?? [data]) as Fields[];
  return receivers.map((one) => `${String(one['group_id'])} ${contentOf(one)}`);
}

const places = readings.flatMap((reading) =>
  Object.entries(scopes).map(([scope, begin]) => ({ reading, scope, begin })),
);

describe.each(Object.keys(ways) as Way[])('a poll that sends %s', (way) => {
  describe.each(places)('by $reading, of $scope,', ({ reading, scope, begin }) => {
    it.each(deaths.filter(([, , death]) => scope === 'all groups' || death === 'after'))(
      'that ends at any emit %s is completed by the next one, and repeats at most one page',
      async (_how, kind, death) => {
        const stage = await stageWith();
        // a first poll is a full read in any case
        for (const hasChanges of reading === 'full reads' ? [false, true] : [true]) {
          stage.renew();
          const press = fill(stage);
          const step = begin(stage, fields(reading, way), kind);
          if (way === 'messages that overtake each other') step.turnsOf = turnsOf;
          const arrived: string[] = [];
          const { emits, dieAt } = watch(step, arrived);
          if (hasChanges) {
            await step.run();
            stage.later(600);
            changeState(stage, press);
            if (reading === 'full reads') changeContent(stage, press);
            stage.later(600);
          }
          // the messages of a run without interruption; the account does not change from here on
          const stored = structuredClone(step.snapshot);
          arrived.length = 0;
          dieAt(0, death);
          await step.run();
          const expected = [...arrived].sort();
          const count = emits();
          expect(count).toBeGreaterThan(2);

          const emitsOfRun = Array.from({ length: count }, (_, index) => index + 1);
          for (const emit of someOf(emitsOfRun, turn++)) {
            step.snapshot = structuredClone(stored);
            arrived.length = 0;
            dieAt(emit, death);
            const { error } = await stage.attempt(step);
            expect([emit, error]).toEqual([emit, expect.any(Error)]);
            // the run that continues is ended too, immediately
            dieAt(1, death);
            await stage.attempt(step);
            dieAt(0, death);
            stage.later(60);
            expect((await stage.attempt(step)).error).toBeUndefined();
            expect([emit, [...new Set(arrived)].sort()]).toEqual([emit, expected]);
            expect(arrived.length - expected.length).toBeLessThanOrEqual(2 * ways[way].pageSize);
            for (const more of [{}, EVERY_POLL]) {
              arrived.length = 0;
              stage.later(60);
              Object.assign(step.cfg, more);
              expect((await stage.attempt(step)).error).toBeUndefined();
              expect([emit, arrived]).toEqual([emit, []]);
            }
            Object.assign(step.cfg, fields(reading, way));
          }
        }
      },
    );
  });
});

describe.each(Object.keys(ways) as Way[])('a full read after quick polls that sends %s', (way) => {
  it('sends exactly what these missed, whichever of their emits was the last of a run', async () => {
    const stage = await stageWith();
    const press = fill(stage);
    const step = stepOfAll(stage, fields('quick polls', way));
    const arrived: string[] = [];
    const { emits, dieAt } = watch(step, arrived);
    await step.run();
    const stored = structuredClone(step.snapshot);
    stage.later(600);
    changeState(stage, press);
    changeContent(stage, press);
    stage.later(600);
    dieAt(0, 'gone');
    await step.run();
    const count = emits();
    for (let emit = 1; emit <= count; emit += 1) {
      Object.assign(step, { snapshot: structuredClone(stored) });
      Object.assign(step.cfg, ONCE_A_WEEK);
      dieAt(emit, 'gone');
      await stage.attempt(step);
      dieAt(0, 'gone');
      await step.run();
      stage.later(60);
      arrived.length = 0;
      Object.assign(step.cfg, EVERY_POLL);
      await step.run();
      // p3 is in both groups
      expect([emit, arrived.length, arrived.filter((one) => one.startsWith('gone'))]).toEqual([
        emit,
        5,
        [expect.any(String)],
      ]);
      arrived.length = 0;
      await step.run();
      expect([emit, arrived]).toEqual([emit, []]);
    }
  });
});

describe.each(Object.keys(ways) as Way[])('a full read that sends %s', (way) => {
  it('and dies at any emit lets the next step know of each receiver as it is, even if it has changed back since', async () => {
    const stage = await stageWith();
    const { account } = stage.sandbox;
    fill(stage);
    const step = stepOfAll(stage, fields('full reads', way));
    const arrived: string[] = [];
    const { dieAt } = watch(step, arrived);
    const counts: unknown[] = [];
    for (let emit = 1; emit <= 6; emit += 1) {
      dieAt(0, 'after');
      await step.run();
      stage.later(600);
      for (const name of ['p1', 'p4'])
        account.edit(stage.group, `${name}@example.org`, { tags: ['vip'], global_attributes: { firstname: 'Bo' } });
      stage.later(600);
      arrived.length = 0;
      dieAt(emit, 'after');
      await stage.attempt(step);
      counts.push(arrived.length);
      for (const name of ['p1', 'p4'])
        account.edit(stage.group, `${name}@example.org`, { tags: [], global_attributes: { firstname: '' } });
      stage.later(600);
      dieAt(0, 'after');
      // the first one may only finish what the interrupted one had begun
      await step.run();
      await step.run();
      for (const name of ['p1', 'p4']) {
        const now = account.receiver(stage.group, `${name}@example.org`) ?? {};
        const last = arrived.findLast(
          (one) => one.startsWith(`${stage.group} `) && one.includes(`${name}@example.org`),
        );
        expect([emit, name, last ?? 'nothing']).toEqual([
          emit,
          name,
          last === undefined ? 'nothing' : `${stage.group} ${contentOf(now)}`,
        ]);
      }
    }
    expect(counts).toContain(2);
  });
});
