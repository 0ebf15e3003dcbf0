import fc from 'fast-check';
import { examples } from '../support/runs';
import { Flow, story, type Change, type Event, type FlowOptions, type Poll } from './flow';

const group = fc.nat({ max: 2 });
const small = fc.nat({ max: 30 });
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('register' as const, 'import' as const), group, name: small }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'edit' as const,
        'tag' as const,
        'unsubscribe' as const,
        'bounce' as const,
        'delete' as const,
        'rename' as const,
      ),
      group,
      who: small,
      value: small,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 59, 61, 600) }),
  },
);
/** Back and forth between two polls leaves no trace that anything but a comparison of contents could find. */
const clockJumps = { back: [-5000, -600, -61, -20], forth: [20, 400, 90_000] } as const;
const clockJump = (direction: keyof typeof clockJumps): fc.Arbitrary<Change> =>
  fc.record({ kind: fc.constant('clock' as const), seconds: fc.constantFrom(...clockJumps[direction]) });
const poll = (hazards: boolean): fc.Arbitrary<Poll> =>
  fc.record({
    kind: fc.constant('poll' as const),
    meanwhile: fc.array(fc.record({ before: fc.integer({ min: 1, max: 12 }), change }), { maxLength: 4 }),
    diesAt: fc.oneof(
      { weight: 2, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
    ),
    timeUpAt: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
    ),
    stale: hazards
      ? fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
      : fc.constant(false),
  });
const quiet: Poll = { kind: 'poll', meanwhile: [], diesAt: 0, timeUpAt: 0, stale: false };

const optionsWith = (detection: fc.Arbitrary<FlowOptions['detection']>): fc.Arbitrary<FlowOptions> =>
  fc.record({
    pageSize: fc.integer({ min: 1, max: 6 }),
    detection,
    groups: fc.integer({ min: 1, max: 3 }),
    emitConcurrency: fc.constantFrom(1, 2, 5),
    hasPolled: fc.boolean(),
  });

/** A group with some receivers, an hour old, before anything else happens. */
const beginning: Event[] = [
  ...Array.from({ length: 8 }, (_, index): Event => ({ kind: 'register', group: index % 3, name: index * 3 })),
  { kind: 'wait', seconds: 3600 },
];

/** Plays the events, then two quiet polls, and hands the flow over; a failure tells the whole story. */
async function play(
  options: FlowOptions,
  events: readonly Event[],
  judge: (flow: Flow) => Promise<void> | void,
): Promise<void> {
  const told = story(options, events);
  const flow = await Flow.start({ ...options });
  try {
    const known = options.hasPolled ? [quiet] : [];
    for (const event of [...beginning, ...known, ...events]) await flow.play(event);
    await flow.play({ kind: 'wait', seconds: 600 });
    // the first may have to finish what was under way, in the way it was begun
    for (let round = 0; round < 3; round += 1) await flow.poll(quiet);
    await judge(flow);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\nThe story:\n${told}`, {
      cause: error,
    });
  } finally {
    await flow.close();
  }
}

/** More receivers than any story has in one group. */
const A_GROUP = 40;

const deathsIn = (events: readonly Event[]): number =>
  events.filter((event) => event.kind === 'poll' && event.diesAt > 0).length;

/**
 * A run that dies repeats a page at the most. Where receivers came, went or moved, the place of an interrupted run may be lost, and
 * then its group is read anew.
 */
function allowedRepeats({ pageSize }: FlowOptions, events: readonly Event[]): number {
  const polls = events.filter((event) => event.kind === 'poll');
  const interrupted = polls.filter(({ diesAt, timeUpAt }) => diesAt > 0 || timeUpAt > 0).length;
  const isMoved = /rename|delete|register|import/.test(JSON.stringify(events));
  return deathsIn(events) * pageSize + (isMoved ? interrupted * A_GROUP : 0);
}

describe.each(['timestamps', 'content'] as const)(
  'whatever happens to an account that is polled by %s',
  (detection) => {
    it('the last version of every receiver has been sent after its last change, and then nothing more', async () => {
      const events = fc.array(fc.oneof({ weight: 4, arbitrary: change }, { weight: 3, arbitrary: poll(false) }), {
        maxLength: 14,
      });
      await fc.assert(
        fc.asyncProperty(optionsWith(fc.constant(detection)), events, async (options, happened) => {
          await play(options, happened, async (flow) => {
            expect(flow.outdated()).toEqual([]);
            expect(detection === 'content' ? flow.unannounced() : []).toEqual([]);
            const before = flow.repeats;
            const announced = [...flow.gone.values()];
            await flow.poll(quiet);
            expect(flow.repeats).toBe(before);
            expect([...flow.gone.values()]).toEqual(announced);
            expect(flow.largestSnapshot).toBeLessThanOrEqual(4000);
            expect(flow.repeats).toBeLessThanOrEqual(allowedRepeats(options, happened));
            expect(flow.announcedTooOften(deathsIn(happened))).toEqual([]);
          });
        }),
        examples(40),
      );
    }, 240_000);
  },
);

describe('whatever else happens: clocks that jump, snapshots that come too late, a switch of the way changes are seen', () => {
  it.each(['back', 'forth'] as const)(
    'nobody is lost, and in the end nothing is repeated, with clocks that jump %s',
    async (direction) => {
      const events = fc.array(
        fc.oneof(
          { weight: 4, arbitrary: change },
          { weight: 4, arbitrary: poll(true) },
          { weight: 1, arbitrary: clockJump(direction) },
          { weight: 1, arbitrary: fc.constant<Event>({ kind: 'switch' }) },
        ),
        { maxLength: 14 },
      );
      await fc.assert(
        fc.asyncProperty(optionsWith(fc.constantFrom('timestamps', 'content')), events, async (options, happened) => {
          await play(options, happened, async (flow) => {
            expect(flow.outdated()).toEqual([]);
            const before = flow.repeats;
            await flow.poll(quiet);
            expect(flow.repeats).toBe(before);
            expect(flow.largestSnapshot).toBeLessThanOrEqual(4000);
          });
        }),
        examples(40),
      );
    },
    240_000,
  );
});
