import fc from '../support/fastCheck';
import { modelRuns } from '../support/runs';
import {
  crowdedEvents,
  crowdedOptions,
  events,
  hazardousEvents,
  optionsOf,
  selectiveEvents,
  selectiveOptionsOf,
} from '../support/model/arbitraries';
import { describeEvents, nothingFails, quietPoll, type Event, type FlowOptions } from '../support/model/events';
import { Flow } from '../support/model/flow';

/** Some receivers in the groups, an hour old, before anything else happens. */
const beginning: Event[] = [
  ...Array.from({ length: 8 }, (_, index): Event => ({ kind: 'register', group: index % 3, name: index })),
  { kind: 'wait', seconds: 3600 },
];

/** More than a sketch of 16 cells can identify. */
const crowd: Event[] = Array.from({ length: 24 }, (_, index): Event => ({
  kind: 'register',
  group: index % 3,
  name: 20 + index,
}));

/** Longer than any time between two full reads, so that the next poll is one. */
const untilFullRead: Event = { kind: 'wait', seconds: 200_000 };

/** Runs the events and then polls without changes, and checks the flow; a failure shows all events. */
async function play(
  options: FlowOptions,
  happened: readonly Event[],
  quietPolls: number,
  judge: (flow: Flow) => Promise<void> | void,
): Promise<void> {
  const description = describeEvents(options, happened);
  const flow = new Flow({ ...options });
  try {
    const known = options.hasPolled ? [quietPoll] : [];
    const crowded = options.cells === 16 && options.fullReadMinutes === 10 ? crowd : [];
    for (const event of [...crowded, ...beginning, ...known, ...happened, nothingFails, untilFullRead])
      await flow.play(event);
    for (let round = 0; round < quietPolls; round += 1) await flow.pollToEnd(quietPoll);
    await judge(flow);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\nThe events:\n${description}`, {
      cause: error,
    });
  }
}

async function expectNothingMore(flow: Flow): Promise<void> {
  const { repeats, deletions } = flow.next;
  await flow.pollToEnd(quietPoll);
  await flow.play(untilFullRead);
  await flow.pollToEnd(quietPoll);
  expect({ repeats: flow.next.repeats, deletions: flow.next.deletions }).toEqual({ repeats, deletions });
  expect(flow.largestSnapshot).toBeLessThanOrEqual(4000);
}

describe.each(['is correct', 'is wrong'] as const)('with a filter that %s', (filter) => {
  it('the last version of every receiver is sent last, every deletion is reported, and then nothing more', async () => {
    const { params, counted } = modelRuns(`polling, the filter ${filter}`, 100);
    await fc.assert(
      fc.asyncProperty(
        optionsOf(filter === 'is correct'),
        events,
        counted(async (options, happened) => {
          await play(options, happened, 3, async (flow) => {
            expect(flow.wronglyOutdated()).toEqual([]);
            expect(flow.next.falseDeletions).toEqual([]);
            expect(flow.wrongDeletions()).toEqual([]);
            // a filter that lags shows a change to a later poll
            expect(filter === 'is correct' && options.filter.lag === 0 ? flow.problems : []).toEqual([]);
            await expectNothingMore(flow);
          });
        }),
      ),
      params,
    );
  }, 3_600_000);
});

describe.each(['is correct', 'is wrong'] as const)(
  'for some types of changes only, with a filter that %s',
  (filter) => {
    it('every requested change and every deletion is sent, no other change is, and then nothing more', async () => {
      const { params, counted } = modelRuns(`polling for some changes, the filter ${filter}`, 100);
      await fc.assert(
        fc.asyncProperty(
          selectiveOptionsOf(filter === 'is correct'),
          selectiveEvents,
          counted(async (options, happened) => {
            await play(options, happened, 3, async (flow) => {
              expect(flow.wrongChanges).toEqual([]);
              expect(flow.next.falseDeletions).toEqual([]);
              expect(flow.wrongDeletions()).toEqual([]);
              expect(filter === 'is correct' && options.filter.lag === 0 ? flow.problems : []).toEqual([]);
              await expectNothingMore(flow);
              expect(flow.wrongChanges).toEqual([]);
            });
          }),
        ),
        params,
      );
    }, 3_600_000);
  },
);

describe('with a wrong filter, quick polls, and a sketch that is soon too small', () => {
  it('the last version of every receiver is sent last, and then nothing more', async () => {
    const { params, counted } = modelRuns('polling in a crowd', 100);
    const runs = { all: 0, withEverything: 0, exempt: 0 };
    await fc.assert(
      fc.asyncProperty(
        crowdedOptions,
        crowdedEvents,
        counted(async (options, happened) => {
          await play(options, happened, 3, async (flow) => {
            expect(flow.wronglyOutdated()).toEqual([]);
            expect(flow.next.falseDeletions).toEqual([]);
            const isInterrupted = happened.some((event) => event.kind === 'poll' && event.interruption !== undefined);
            runs.all += 1;
            runs.exempt += Number(flow.mayHaveMissedUntraced);
            runs.withEverything += Number(isInterrupted && flow.wasOverloaded && flow.polls.quick > 0);
            await expectNothingMore(flow);
          });
        }),
      ),
      params,
    );
    // a few sequences may all lack something
    expect(runs.withEverything).toBeGreaterThanOrEqual(runs.all < 50 ? 0 : runs.all / 10);
    expect(runs.exempt).toBeLessThanOrEqual(Math.max(10, runs.all / 10));
  }, 3_600_000);
});

describe('with clocks that jump and snapshots that are stored too late', () => {
  it.each(['back', 'forth'] as const)(
    'no receiver is lost, and in the end nothing is repeated, with clocks that jump %s',
    async (direction) => {
      const { params, counted } = modelRuns(`polling with clocks that jump ${direction}`, 100);
      await fc.assert(
        fc.asyncProperty(
          optionsOf(false),
          hazardousEvents(direction),
          counted(async (options, happened) => {
            await play(options, happened, 4, async (flow) => {
              expect(flow.wronglyOutdated()).toEqual([]);
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
