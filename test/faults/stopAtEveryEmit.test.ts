/**
 * A run may die at any emit: before the broker has the message, after it has it and before the run knows, or because the runtime
 * reports that it could not send; and it may be gone at once, with everything that was on its way. The next run goes on from the
 * last snapshot that was stored.
 */

import { someOf } from '../support/runs';
import type { FakeRuntime } from '../support/runtime';
import { contentOf } from '../support/storedContent';
import { DAY, NOW, useStage, type Stage } from '../support/stage';
import { detections, isDeletion, seeing, stepOfAll, stepOfOne, type Detection, type Fields } from '../support/steps';

const stageWith = useStage();
/** One message after the other; or several at once, which are confirmed late, and the later ones first. */
const ways = {
  'one by one': { pageSize: 2, emitConcurrency: 1 },
  'three at once': { pageSize: 4, emitConcurrency: 3 },
} as const;
type Way = keyof typeof ways;
const turnsOf = (emit: number): number => 3 - (emit % 4);

const fields = (detection: Detection, way: Way): Fields => ({
  ...seeing(detection),
  ...ways[way],
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

/** Changes in both groups after a first poll, somebody new, and somebody who goes. */
function change({ sandbox, group }: Stage, press: string): void {
  const { account } = sandbox;
  for (const name of ['p0', 'p3', 'p4'])
    account.edit(group, `${name}@example.org`, { global_attributes: { firstname: 'Bo' } });
  account.edit(press, 'q5@example.org', { tags: ['vip'] });
  account.addReceiver(press, { email: 'a@example.org' });
  account.remove(group, 'p2@example.org');
}

/** That one group loses nobody to the other two is shown beside its trigger. */
const deaths = [
  ['before the broker has it', 'oih', 'before'],
  ['after the broker has it', 'elastic.io', 'after'],
  ['and is reported to have failed', 'elastic.io', 'reported'],
  ['with all that follows', 'oih', 'gone'],
] as const;
type Death = (typeof deaths)[number][2];

let turn = 0;

/** Lets a run die at its n-th emit from now. What arrives is told by `arrived`, in the order of arrival. */
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
    if (event === 'data') arrived.push(inWords(payload));
    if (dies) throw new Error('killed');
  };
  return {
    emits: () => emits,
    dieAt: (emit, death) => {
      [emits, at, how] = [0, emit, death];
    },
  };
}

function inWords(payload: unknown): string {
  const { body, ...message } = payload as Record<string, unknown>;
  const { metadata, data } = (body ?? message) as { metadata: Fields; data: Fields };
  if (isDeletion({ data })) return `gone ${String(metadata['recordUid'])}`;
  return `${String(data['group_id'])} ${contentOf(data)}`;
}

const places = detections.flatMap((detection) =>
  Object.entries(scopes).map(([scope, begin]) => ({ detection, scope, begin })),
);

describe.each(Object.keys(ways) as Way[])('a poll that sends %s', (way) => {
  describe.each(places)('by $detection, of $scope,', ({ detection, scope, begin }) => {
    it.each(deaths.filter(([, , death]) => scope === 'all groups' || death === 'after'))(
      'that ends at any emit %s is completed by the next one, and repeats at most one page',
      async (_how, kind, death) => {
        const stage = await stageWith();
        for (const hasChanges of [false, true]) {
          stage.renew();
          const press = fill(stage);
          const step = begin(stage, fields(detection, way), kind);
          if (way !== 'one by one') step.turnsOf = turnsOf;
          const arrived: string[] = [];
          const { emits, dieAt } = watch(step, arrived);
          if (hasChanges) {
            await step.run();
            stage.later(600);
            change(stage, press);
            stage.later(600);
          }
          // what a run that is not disturbed tells; the account stays as it is from here on
          const stored = structuredClone(step.snapshot);
          arrived.length = 0;
          dieAt(0, death);
          await step.run();
          const expected = [...arrived].sort();
          const count = emits();
          expect(count).toBeGreaterThan(3);

          const emitsOfRun = Array.from({ length: count }, (_, index) => index + 1);
          for (const emit of someOf(emitsOfRun, turn++)) {
            step.snapshot = structuredClone(stored);
            arrived.length = 0;
            dieAt(emit, death);
            const { error } = await stage.attempt(step);
            expect([emit, error]).toEqual([emit, expect.any(Error)]);
            // the run that goes on dies as well, at once
            dieAt(1, death);
            await stage.attempt(step);
            dieAt(0, death);
            stage.later(60);
            expect((await stage.attempt(step)).error).toBeUndefined();
            expect([emit, [...new Set(arrived)].sort()]).toEqual([emit, expected]);
            expect(arrived.length - expected.length).toBeLessThanOrEqual(2 * ways[way].pageSize);
            arrived.length = 0;
            stage.later(60);
            expect((await stage.attempt(step)).error).toBeUndefined();
            expect(arrived).toEqual([]);
          }
        }
      },
    );
  });
});
