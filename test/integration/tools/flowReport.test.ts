import type { FlowStep } from '../../../tools/lib/flowFile';
import { ActionOutcome } from '../../../tools/lib/actionOutcome';
import { DryRunReport } from '../../../tools/lib/dryRun';
import { FlowReport } from '../../../tools/lib/flowReport';

const step = { id: 'step_2', function: 'upsertReceiver' } as FlowStep;
const AWAY = 'CleverReach could not process GET /v3/groups (503) (tried 6 times in 9 s).';

let lines: string[];

beforeEach(() => {
  lines = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(lines.push(String(text))));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(lines.push(String(text))));
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('while messages wait for their redelivery', () => {
  it('a run of a flow says so once for all messages of a batch', () => {
    const report = new FlowReport();
    const again = { number: 1, most: 5, seconds: 5 };
    for (const position of [1, 2, 3])
      report.handedBack(step, new Error(`Record no. ${position}: ${AWAY}`), again, `record 7021${position}`);
    report.handedBack(step, new Error(`Record no. 1: ${AWAY}`), { ...again, number: 2 }, 'record 70211');
    expect(lines).toEqual([
      `step_2: rebound, retry 1 of 5 in 5 s: Record 70211: ${AWAY}\n`,
      `step_2: rebound, retry 2 of 5 in 5 s: Record 70211: ${AWAY}\n`,
    ]);
  });

  it('a run of the action alone says so with the number of the message', async () => {
    const outcome = new ActionOutcome(new DryRunReport());
    await outcome.of(3, () => {
      outcome.onHandedBack(new Error(`Record no. 1: ${AWAY}`), { number: 1, most: 5, seconds: 5 });
      outcome.onFailed(new Error(`The message is given up: Record no. 1: ${AWAY}`));
      return Promise.resolve();
    });
    expect(lines).toEqual([
      `  message 3 is tried again in 5 s (no. 1 of 5): ${AWAY}\n`,
      `message 3: failed. Error: The message is given up: ${AWAY}\n`,
    ]);
  });
});
