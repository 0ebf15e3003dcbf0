import fc from 'fast-check';
import { modelRuns } from '../support/runs';
import { events, hazardousEvents, optionsOf } from '../support/model/arbitraries';
import { quietPoll, story, type Event, type FlowOptions } from '../support/model/events';
import { Flow } from '../support/model/flow';

/** Some receivers in the groups, an hour old, before anything else happens. */
const beginning: Event[] = [
  ...Array.from({ length: 8 }, (_, index): Event => ({ kind: 'register', group: index % 3, name: index })),
  { kind: 'wait', seconds: 3600 },
];

/** Plays the events, then quiet polls, and hands the flow over; a failure tells the whole story. */
async function play(
  options: FlowOptions,
  happened: readonly Event[],
  quietPolls: number,
  judge: (flow: Flow) => Promise<void> | void,
): Promise<void> {
  const told = story(options, happened);
  const flow = new Flow({ ...options });
  try {
    const known = options.hasPolled ? [quietPoll] : [];
    for (const event of [...beginning, ...known, ...happened]) await flow.play(event);
    await flow.play({ kind: 'wait', seconds: 600 });
    for (let round = 0; round < quietPolls; round += 1) await flow.poll(quietPoll);
    await judge(flow);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\nThe story:\n${told}`, {
      cause: error,
    });
  }
}

async function expectNothingMore(flow: Flow): Promise<void> {
  const { repeats, deletions } = flow.next;
  await flow.poll(quietPoll);
  expect({ repeats: flow.next.repeats, deletions: flow.next.deletions }).toEqual({ repeats, deletions });
  expect(flow.largestSnapshot).toBeLessThanOrEqual(4000);
}

describe.each(['timestamps', 'content'] as const)(
  'whatever happens to an account that is polled by %s',
  (detection) => {
    it('the last version of every receiver is sent last, every deletion is announced, and then nothing more', async () => {
      const { params, counted } = modelRuns(`polling by ${detection}`, 100);
      const options = optionsOf(fc.constant(detection), detection === 'timestamps');
      await fc.assert(
        fc.asyncProperty(
          options,
          events,
          counted(async (flowOptions, happened) => {
            await play(flowOptions, happened, 2, async (flow) => {
              expect(flow.outdated()).toEqual([]);
              expect(flow.next.falseDeletions).toEqual([]);
              expect(flow.wrongDeletions()).toEqual([]);
              await expectNothingMore(flow);
            });
          }),
        ),
        params,
      );
    }, 3_600_000);
  },
);

describe('whatever else happens: clocks that jump, snapshots that come too late, a switch of the way changes are seen', () => {
  it.each(['back', 'forth'] as const)(
    'no receiver is lost, and in the end nothing is repeated, with clocks that jump %s',
    async (direction) => {
      const { params, counted } = modelRuns(`polling with clocks that jump ${direction}`, 100);
      await fc.assert(
        fc.asyncProperty(
          // a clock that is set back while it is ahead of the timestamps cannot be told from one that is right
          optionsOf(fc.constantFrom('timestamps', 'content'), true, [0]),
          hazardousEvents(direction),
          counted(async (flowOptions, happened) => {
            // the first may have to finish what was under way, in the way it was begun
            await play(flowOptions, happened, 3, async (flow) => {
              expect(flow.outdated()).toEqual([]);
              expect(flow.next.falseDeletions).toEqual([]);
              await expectNothingMore(flow);
            });
          }),
        ),
        params,
      );
    },
    3_600_000,
  );
});
