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

it('a run of a flow says which fields have filtered receivers', () => {
  const report = new FlowReport();
  const trigger = { id: 'step_1', function: 'getReceiversPolling', fields: { tag: 'vip', changeTypes: [] } };
  const read = 'of all groups (5): 102 receivers read, 0 sent, 102 filtered, 0 unchanged, 0 already sent, 0 rejected';
  report.log('info', `Full read ${read} so far; 3 requests.`, trigger as unknown as FlowStep);
  report.log('info', `Full read ${read}; 120 requests.`, trigger as unknown as FlowStep);
  expect(report.summary()).toEqual(['step_1: 102 receivers filtered by "tag" of the step', 'Nothing was sent.']);
});

describe('a record that the action has answered without carrying it out', () => {
  const sent = { metadata: { recordUid: 'jo@example.org' }, data: {} };
  const WROTE = 'Wrote to group 1046, 1 record: 1';

  it.each([
    [`${WROTE} rejected. Rejected (1; record no. 1): So.`, 'rejected, group 1046, record <address>.'],
    [`${WROTE} deletion denied. So.`, 'not carried out: deletion denied, group 1046, record <address>.'],
  ])('is a failure of the run, and its id is not called that of a receiver: %s', async (text, words) => {
    const outcome = new ActionOutcome(new DryRunReport());
    await outcome.of(2, () => {
      outcome.onLog('warn', text);
      outcome.onSent(step, sent);
      return Promise.resolve();
    });
    expect(lines.join('')).toContain(`message 2: ${words}`);
    expect(outcome.hasFailed).toBe(true);
  });
});

it('a run of the action alone says "failed" for every error that stops a message', async () => {
  const outcome = new ActionOutcome(new DryRunReport());
  const run = (text: string): Promise<void> =>
    outcome.of(1, () => {
      if (text !== '') outcome.onLog('error', text);
      outcome.onFailed(new Error('There is no group 1.'));
      return Promise.resolve();
    });
  await run('Wrote to no group, 1 record: 1 not written. Not written (1; record no. 1): There is no group 1.');
  await run('');
  expect(lines).toEqual(Array(2).fill('message 1: failed. Error: There is no group 1.\n'));
});

it('repeated lines are counted without the names of their records, and once for each visible text', () => {
  const report = new FlowReport();
  const line = (names: string, end = 'a'): string =>
    `Wrote to group 1046, 2 records: 2 rejected. Rejected (2; ${names}): The address is not valid; nothing was ${'w'.repeat(50)} ${end}.`;
  report.log('error', line('record no. 1, record no. 2'), step);
  report.log('error', line('record no. 3, record no. 4, record no. 5 and 3 more'), step);
  for (const end of ['b', 'b']) report.log('error', line('record no. 6, record no. 7', end), step);
  expect(lines).toHaveLength(2);
  expect(report.summary()).toEqual([
    '2 more times: step_2 error: Wrote to group 1046, 2 records: 2 rejected. Rejected (2; records): The address is not …',
    'Nothing was sent.',
  ]);
});

it('a dry run shows a value once that would be written to both places, and names global attributes', () => {
  const change = { to: 'Mia' };
  const changes = {
    attributes: { firstname: change, shoe: { to: '38' } },
    global_attributes: { firstname: change, city: { from: 'Kiel', to: 'Bonn' } },
  };
  const data = { dryRun: true, wouldDo: 'create', changes, reasons: [] };
  expect(new DryRunReport().words(step, { data })).toBe(
    'create: firstname "Mia" (attributes and global_attributes); shoe "38"; city "Kiel" → "Bonn" (global_attributes).',
  );
});
