import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import { FailureSummary } from '../../../lib/polling/failureSummary';
import { nextReadText } from '../../../lib/polling/fullReadSchedule';
import { PollReport } from '../../../lib/polling/pollReport';
import { emptyRetry, emptySeen } from '../../../lib/polling/state/boundedNotes';
import type { PollState, ReadState } from '../../../lib/polling/state/snapshot';
import { fakeClock, type FakeClock } from '../../support/http';

const START = 1_764_000_000;
const group = { id: '7', name: 'Newsletter' };
const state: PollState = {
  horizon: START - 60,
  scope: '7',
  full: { at: START, horizon: START - 60, requests: 20, rows: 4 },
  seen: emptySeen(),
  retry: emptyRetry(),
};

interface Started {
  report: PollReport;
  failures: FailureSummary;
  lines: string[];
  details: string[];
  clock: FakeClock;
  traffic: { requests: number; bytes: number };
}

function startReport(scope: string, groups = [group], kind: 'Quick poll' | 'Full read' = 'Full read'): Started {
  const lines: string[] = [];
  const details: string[] = [];
  const at = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const debug = (text: string): void => void details.push(text);
  const logger = { debug, info: at('info'), warn: at('warn'), error: at('error') };
  const clock = fakeClock(START * 1_000);
  const failures = new FailureSummary();
  const traffic = { requests: 4, bytes: 1_500 };
  const io = { logger, clock, traffic: () => traffic };
  const before = { requests: 0, bytes: 0 };
  const report = new PollReport(kind, { scope, groups }, io, failures, before);
  return { report, failures, lines, details, clock, traffic };
}

describe('the line about a read', () => {
  it('gives group, rows, what happened to them, the next full read, requests, bytes and seconds', () => {
    const { report, lines, clock } = startReport('7');
    for (const status of ['sent', 'sent', 'unchanged', 'known'] as const) report.count('7', '1', status);
    report.repeated = 2;
    clock.advance(1_500);
    report.end(nextReadText(state, 60));
    expect(lines).toEqual([
      'info Full read of group 7 "Newsletter": 4 receivers read, 2 sent, 1 unchanged, 1 already sent, 0 rejected, 2 duplicate rows; ' +
        'next full read due at 2025-11-24T17:00:00Z; 4 requests, 2 kB, 1.5 s.',
    ]);
  });

  it.each([
    [true, ''],
    [false, ' There was no snapshot, so this is a first read.'],
  ])('says if there was no snapshot, since a lost one looks like a first poll: %s', (hasSnapshot, remark) => {
    const started = startReport('7');
    const lines: string[] = [];
    const logger = { ...console, info: (text: string) => void lines.push(text), debug: () => undefined };
    const io = { logger, clock: started.clock, traffic: () => started.traffic };
    const scope = { scope: '7', groups: [group], hasSnapshot };
    const report = new PollReport('Full read', scope, io, started.failures, { requests: 0, bytes: 0 });
    report.isComplete = false;
    report.end('');
    const stopped = ' The maximum run time was reached; the next poll continues from this position.';
    expect(lines).toEqual([expect.stringContaining(`, 0.0 s.${remark}${stopped}`)]);
  });

  it('names a quick poll, and reports only its own cost', () => {
    const started = startReport('7');
    const lines: string[] = [];
    const logger = { ...console, info: (text: string) => void lines.push(text), debug: () => undefined };
    const io = { logger, clock: started.clock, traffic: () => ({ requests: 9, bytes: 65_201_000 }) };
    const scope = { scope: '7', groups: [group] };
    const report = new PollReport('Quick poll', scope, io, started.failures, { requests: 4, bytes: 5_001_000 });
    report.end(nextReadText(state, 60));
    expect(lines).toEqual([
      expect.stringMatching(/^Quick poll of group 7 "Newsletter": 0 receivers .* 5 requests, 60\.2 MB, 0\.0 s\.$/),
    ]);
  });

  it('counts receivers that were filtered or skipped, and deletions, only if there are any', () => {
    const { report, lines, failures } = startReport('7');
    const all = ['filtered', 'filtered', 'skipped', 'sent', 'unchanged', 'known'] as const;
    for (const status of all) report.count('7', '1', status);
    report.deletions = 1;
    report.end('');
    expect(lines).toEqual([
      'info Full read of group 7 "Newsletter": 6 receivers read, 1 sent, 2 filtered, 1 skipped, 1 unchanged, 1 already sent, 0 rejected, ' +
        '1 deletion reported; 4 requests, 2 kB, 0.0 s.',
    ]);
    expect(failures.others).toBe(6);
  });

  it('does not count a receiver twice that a look-up has shown to differ in another way', () => {
    const { report, lines, failures } = startReport('all');
    for (const status of ['unchanged', 'filtered', 'sent'] as const) report.count('7', '1', status);
    for (const status of ['unchanged', 'filtered'] as const) report.uncount('7', status);
    report.count('7', '1', 'sent');
    // there is nothing to take back
    report.uncount('7', 'unchanged');
    report.uncount('8', 'filtered');
    report.end('');
    expect(lines).toEqual([
      'info Full read of all groups (1): 2 receivers read, 2 sent, 0 unchanged, 0 already sent, 0 rejected; ' +
        'sent from 7 "Newsletter" 2 of 2; 4 requests, 2 kB, 0.0 s.',
    ]);
    expect(failures.others).toBe(2);
  });

  it('does not take back a receiver of a group of which none was counted', () => {
    const { report, lines } = startReport('7');
    report.count('7', '1', 'unchanged');
    report.uncount('8', 'unchanged');
    report.end('');
    expect(lines[0]).toContain(': 1 receivers read, 0 sent, 1 unchanged, ');
  });

  it('is preceded by a warning if failed receivers cannot be listed, with the number that is sent again', () => {
    const { report, lines } = startReport('7');
    for (let id = 1; id <= 101; id += 1) report.count('7', String(id), 'unchanged');
    for (let id = 201; id <= 220; id += 1) report.failed('7', String(id), new RecordError('no'));
    report.warnOfRepetition(0.1);
    expect(lines).toEqual([
      'warn The snapshot has no room to list all receivers that could not be sent. Until they are corrected, each poll tries them again ' +
        'and also resends about 11 receivers that were already sent.',
    ]);
  });

  it.each([
    [0, '0 kB'],
    [1, '1 kB'],
    [999_000, '999 kB'],
    [1_000_000, '1.0 MB'],
  ])('gives %d bytes as %s', (bytes, words) => {
    const { report, lines, traffic } = startReport('7');
    traffic.bytes = bytes;
    report.end(nextReadText(state, 60));
    expect(lines[0]).toContain(`; 4 requests, ${words}, `);
  });

  it.each<[string, Partial<PollState>]>([
    ['where a full read is as cheap as a quick poll', { full: { at: START, horizon: 0, requests: 5, rows: 4 } }],
    ['where there was none', { full: undefined }],
  ])('announces a full read for the next poll %s', (_, changed) => {
    const { report, lines } = startReport('7');
    report.end(nextReadText({ ...state, ...changed }, 60));
    expect(lines[0]).toContain('0 rejected; the next poll is a full read; 4 requests');
  });

  it('announces no full read while one is under way', () => {
    const { report, lines } = startReport('7');
    report.end(nextReadText({ ...state, read: {} as ReadState }, 60));
    expect(lines[0]).toContain('0 rejected; 4 requests');
  });

  it('of all groups names those from which something was sent, the largest first, and at most ten', () => {
    const groups = Array.from({ length: 40 }, (_, index) => ({ id: String(index), name: `G${index}` }));
    const { report, lines } = startReport('all', groups);
    for (const { id } of groups) {
      report.count(id, '1', 'unchanged');
      for (let sent = 0; sent < Number(id) - 20; sent += 1) report.count(id, '2', 'sent');
    }
    report.end(nextReadText(state, 60));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Full read of all groups (40): 230 receivers read, 190 sent, 40 unchanged');
    expect(lines[0]).toContain('; sent from 39 "G39" 19 of 20, 38 "G38" 18 of 19, ');
    expect(lines[0]).toMatch(/30 "G30" 10 of 11 and from 9 more; next full read/);
  });

  it('warns of receivers that were rejected, without the text of their errors', () => {
    const { report, lines, failures } = startReport('7');
    report.failed('7', '1', new RecordError('it holds "Mia"'));
    report.end(nextReadText(state, 60));
    expect(lines).toEqual([expect.stringMatching(/^warn Full read of group 7 .* 1 rejected;/)]);
    expect(lines[0]).not.toContain('Mia');
    expect(failures.inWords()).toBe('receiver 1 of group 7: it holds "Mia"');
  });

  it('counts rejected receivers in addition to sent ones, in every group', () => {
    const groups = ['1', '2', '3', '4'].map((id) => ({ id, name: `G${id}` }));
    const { report, lines, failures } = startReport('all', groups);
    report.count('1', '1', 'sent');
    for (const id of ['2', '3', '4']) report.failed('2', id, new RecordError('no'));
    report.failed('3', '5', new RecordError('no'));
    report.count('3', '6', 'sent');
    report.count('4', '7', 'known');
    report.deletions = 2;
    report.end(nextReadText(state, 60));
    expect(lines[0]).toContain(', 1 already sent, 4 rejected, 2 deletions reported; sent from ');
    expect(lines[0]).toContain(
      '; sent from 2 "G2" 0 of 3 (3 rejected), 3 "G3" 1 of 2 (1 rejected), 1 "G1" 1 of 1; next',
    );
    expect([failures.count, failures.others]).toEqual([4, 3]);
  });

  it('names no group if nothing was to be sent from any', () => {
    const { report, lines } = startReport('all', [{ id: '1', name: 'G1' }]);
    report.count('1', '1', 'unchanged');
    report.end(nextReadText(state, 60));
    expect(lines[0]).toContain('0 rejected; next full read due at ');
  });

  it('names a group by its id if it no longer exists', () => {
    const { report, lines } = startReport('8');
    report.end(nextReadText(state, 60));
    expect(lines[0]).toContain('Full read of group 8: 0 receivers');
  });

  it('is an error if the read failed, with the reason and without addresses', async () => {
    const { report, lines } = startReport('7');
    const failure = new TemporaryError('CleverReach could not process jo@example.org.');
    await expect(report.during(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(lines).toEqual([
      expect.stringMatching(
        /^error Full read \(incomplete\) of group 7 .*; 4 requests, .* The poll has failed: CleverReach could not process <address>\.?$/,
      ),
    ]);
    expect(lines[0]).toContain(' 0 rejected; 4 requests');
  });

  it('is not written by a read that succeeds, which hands on its result', async () => {
    const { report, lines } = startReport('7');
    await expect(report.during(() => Promise.resolve('result'))).resolves.toBe('result');
    expect(lines).toEqual([]);
  });

  it('is an error if CleverReach could not be asked about deletions, although everything was read', () => {
    const { report, lines } = startReport('7');
    report.end(nextReadText(state, 60), new TemporaryError('CleverReach is away.'));
    expect(lines).toEqual([
      expect.stringMatching(/^error Full read of group 7 .* The poll has failed: CleverReach is away\.$/),
    ]);
  });

  it('adds that the maximum run time was reached and that the next poll continues', () => {
    const { report, lines } = startReport('7');
    report.isComplete = false;
    report.end(nextReadText(state, 60));
    expect(lines).toEqual([
      expect.stringMatching(
        /^info Full read \(incomplete\) of .* The maximum run time was reached; the next poll continues/,
      ),
    ]);
  });
});

describe('a long read', () => {
  it('reports its progress every half minute, and not more often', () => {
    const { report, lines, clock } = startReport('7');
    for (let second = 0; second <= 90; second += 1) {
      report.count('7', String(second), 'sent');
      report.progress();
      clock.advance(1_000);
    }
    expect(lines).toEqual([
      'info Full read of group 7 "Newsletter": 31 receivers read, 31 sent, 0 unchanged, 0 already sent, 0 rejected so far; 4 requests, 2 kB, 30.0 s.',
      expect.stringMatching(/: 61 receivers read, .* 60\.0 s\.$/),
      expect.stringMatching(/: 91 receivers read, .* 90\.0 s\.$/),
    ]);
  });
});

it('the debug log states what happened to each receiver', () => {
  const { report, details } = startReport('7');
  for (const status of ['sent', 'unchanged', 'known'] as const) report.count('7', '1', status);
  report.failed('7', '2', new RecordError('it holds "Mia"'));
  expect(details).toEqual([
    'Receiver 1 of group 7: sent.',
    'Receiver 1 of group 7: unchanged.',
    'Receiver 1 of group 7: already sent, and unchanged since.',
    'Receiver 2 of group 7: rejected.',
  ]);
});

it('the debug log states why a receiver was sent, and names no person', () => {
  const { report, details } = startReport('7');
  report.count('7', '1', 'sent', 'unsubscribed');
  report.count('7', '2', 'filtered', 'changed');
  report.count('7', '3', 'skipped');
  report.count('Kundin Zoë Müller', 'zoe.mueller@example.org', 'sent', 'new');
  expect(details).toEqual([
    'Receiver 1 of group 7: sent (unsubscribed).',
    'Receiver 2 of group 7: filtered, because the step does not ask for such a change or tag.',
    'Receiver 3 of group 7: skipped, because the custom mapping returned nothing.',
    expect.stringMatching(/^Receiver sha256:[0-9a-f]{12} of group sha256:[0-9a-f]{12}: sent \(new\)\.$/),
  ]);
});
