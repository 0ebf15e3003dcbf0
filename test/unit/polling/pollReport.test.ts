/** The lines of the log about a poll. */
import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { PollReport } from '../../../lib/polling/pollReport';
import { parseSnapshot, stateFor } from '../../../lib/polling/state/snapshot';

const START = 1_764_000_000_000;
const group = { id: '7', name: 'Newsletter' };

function startReport(scope: string, groups = [group]): { report: PollReport; lines: string[]; details: string[] } {
  const lines: string[] = [];
  const details: string[] = [];
  const at = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const debug = (text: string): void => void details.push(text);
  const logger = { debug, info: at('info'), warn: at('warn'), error: at('error') };
  const state = stateFor(parseSnapshot({}), scope, 1_763_000_000);
  return { report: new PollReport(state, groups, START, { logger, requests: () => 4 }), lines, details };
}

describe('the line about a poll', () => {
  it('says group, rows, what became of them, cursor, requests and seconds', () => {
    const { report, lines } = startReport('7');
    for (const fate of ['sent', 'sent', 'unchanged', 'known'] as const) report.count('7', '1', fate);
    report.repeated = 2;
    report.complete = true;
    report.cursor = 1_763_999_940;
    report.end(START + 1_500);
    expect(lines).toEqual([
      'info Polled group 7 "Newsletter": 4 receivers read, 2 sent, 1 unchanged, 1 sent before, 0 rejected, 2 read again; ' +
        'cursor 2025-11-13T02:13:19Z → 2025-11-24T15:59:00Z; 4 requests, 1.5 s.',
    ]);
  });

  it('of all groups names those from which something was sent, the largest first, and of many only some', () => {
    const groups = Array.from({ length: 40 }, (_, index) => ({ id: String(index), name: `G${index}` }));
    const { report, lines } = startReport('all', groups);
    for (const { id } of groups) {
      report.count(id, '1', 'unchanged');
      for (let sent = 0; sent < Number(id) - 20; sent += 1) report.count(id, '2', 'sent');
    }
    report.complete = true;
    report.end(START);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Polled all groups (40): 230 receivers read, 190 sent, 40 unchanged');
    expect(lines[0]).toContain('; sent from 39 "G39" 19 of 20, 38 "G38" 18 of 19, ');
    expect(lines[0]).toMatch(/30 "G30" 10 of 11 and from 9 more; cursor stays at/);
  });

  it('warns of receivers that were rejected, and names none of what their errors say', () => {
    const { report, lines } = startReport('7');
    report.failed('7', '1', new RecordError('it holds "Mia"'));
    report.complete = true;
    report.end(START);
    expect(lines).toEqual([expect.stringMatching(/^warn Polled group 7 .* 1 rejected;/)]);
    expect(lines[0]).not.toContain('Mia');
    expect(() => {
      report.throwFailures();
    }).toThrow(/receiver 1 of group 7: it holds "Mia"/);
  });

  it('counts those that were rejected beside those that were sent, in every group', () => {
    const groups = ['1', '2', '3', '4'].map((id) => ({ id, name: `G${id}` }));
    const { report, lines } = startReport('all', groups);
    report.count('1', '1', 'sent');
    for (const id of ['2', '3', '4']) report.failed('2', id, new RecordError('no'));
    report.failed('3', '5', new RecordError('no'));
    report.count('3', '6', 'sent');
    report.count('4', '7', 'known');
    report.deletions = 2;
    report.complete = true;
    report.end(START);
    expect(lines[0]).toContain(', 1 sent before, 4 rejected, 2 gone; sent from ');
    expect(lines[0]).toContain(
      '; sent from 2 "G2" 0 of 3 (3 rejected), 3 "G3" 1 of 2 (1 rejected), 1 "G1" 1 of 1; cursor',
    );
  });

  it('names no group where nothing was to be sent from any', () => {
    const { report, lines } = startReport('all', [{ id: '1', name: 'G1' }]);
    report.count('1', '1', 'unchanged');
    report.complete = true;
    report.end(START);
    expect(lines[0]).toContain('0 rejected; cursor stays at ');
  });

  it('is an error where the poll failed, and says why and that it came to a part only', () => {
    const { report, lines } = startReport('7');
    report.end(START, new TemporaryError('CleverReach failed at jo@example.org.'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^error Polled a part of group 7 .* The poll has failed: CleverReach failed at <address>\.?$/,
      ),
    ]);
  });

  it('says that the time was up, and that the next poll goes on', () => {
    const { report, lines } = startReport('7');
    report.outOfTime = true;
    report.end(START);
    expect(lines).toEqual([
      expect.stringMatching(/^info Polled a part of .* The time of the run was up; the next poll/),
    ]);
  });
});

it('a long poll tells of its progress every half minute, by the clock that is passed in, and not more often', () => {
  const { report, lines } = startReport('7');
  for (let second = 0; second <= 90; second += 1) {
    report.count('7', String(second), 'sent');
    report.progress(START + second * 1_000);
  }
  expect(lines).toEqual([
    expect.stringMatching(
      /^info Polling group 7 "Newsletter": 31 receivers read, 31 sent.* so far; 4 requests, 30\.0 s\.$/,
    ),
    expect.stringMatching(/: 61 receivers read, .* 60\.0 s\.$/),
    expect.stringMatching(/: 91 receivers read, .* 90\.0 s\.$/),
  ]);
});

it('the details say of every receiver what became of it', () => {
  const { report, details } = startReport('7');
  for (const fate of ['sent', 'unchanged', 'known'] as const) report.count('7', '1', fate);
  report.failed('7', '2', new RecordError('it holds "Mia"'));
  expect(details).toEqual([
    'Receiver 1 of group 7: sent.',
    'Receiver 1 of group 7: unchanged.',
    'Receiver 1 of group 7: sent before, and the same since.',
    'Receiver 2 of group 7: rejected.',
  ]);
});

describe('a long poll', () => {
  it('tells of itself every half minute, and not more often', () => {
    const { report, lines } = startReport('7');
    report.count('7', '1', 'sent');
    report.progress(START + 29_999);
    expect(lines).toEqual([]);
    report.progress(START + 30_000);
    report.progress(START + 59_999);
    expect(lines).toEqual([
      'info Polling group 7 "Newsletter": 1 receivers read, 1 sent, 0 unchanged, 0 sent before, 0 rejected so far; 4 requests, 30.0 s.',
    ]);
    report.progress(START + 60_000);
    expect(lines).toHaveLength(2);
  });
});

describe('the error about receivers that could not be sent', () => {
  it.each([
    [10, ''],
    [12, '; and 2 more'],
  ])('spells out ten of %d', (count, more) => {
    const { report } = startReport('7');
    for (let id = 1; id <= count; id += 1) report.failed('7', String(id), new RecordError(`why ${id}`));
    report.count('7', '99', 'sent');
    const fail = (): void => {
      report.throwFailures();
    };
    const spelt = Array.from({ length: 10 }, (_, index) => `receiver ${index + 1} of group 7: why ${index + 1}`);
    expect(fail).toThrow(
      new RecordError(
        `${count} of ${count + 1} receivers could not be sent and will be tried again by the next poll; the poll went on with the others. ` +
          `${spelt.join('; ')}${more}`,
      ),
    );
  });

  it('says a reason once for all receivers of a group that have it', () => {
    const { report } = startReport('7');
    report.failed('7', '1', new RecordError('why'));
    report.failed('7', '2', new RecordError('else'));
    report.failed('7', '3', new RecordError('why'));
    report.failed('8', '3', new RecordError('why'));
    expect(() => {
      report.throwFailures();
    }).toThrow('. receivers 1, 3 of group 7: why; receiver 2 of group 7: else; receiver 3 of group 8: why');
  });

  it('says nothing of others where there are none', () => {
    const { report } = startReport('7');
    report.failed('7', '1', new RecordError('why'));
    expect(() => {
      report.throwFailures();
    }).toThrow(
      '1 of 1 receivers could not be sent and will be tried again by the next poll. receiver 1 of group 7: why',
    );
  });

  it('is none where all were sent', () => {
    const { report } = startReport('7');
    report.count('7', '1', 'sent');
    expect(() => {
      report.throwFailures();
    }).not.toThrow();
  });
});
