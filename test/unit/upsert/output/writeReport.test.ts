/** The lines of the log about records. */

import {
  ConfigurationError,
  RecordError,
  RejectedError,
  TemporaryError,
  type ComponentError,
} from '../../../../lib/utils/errors';
import type { DryRunResult, RecordResult, WriteResult } from '../../../../lib/upsert/output/writeResult';
import { reportRecords } from '../../../../lib/upsert/output/writeReport';
import { receiver } from '../../../support/receiver';
import { record } from '../../../support/upsert/records';

function linesOf(results: readonly WriteResult[], values: Record<string, unknown> = {}, dryRun = false): string[] {
  const lines: string[] = [];
  const at = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  reportRecords(
    results.map((_, index) => record({ ...values, n: `value-${index}` })),
    results,
    dryRun,
    logger,
  );
  return lines;
}

const summary = (results: readonly WriteResult[], dryRun = false): string[] =>
  linesOf(results, {}, dryRun).filter((line) => !line.startsWith('debug'));

const one = receiver('7');
const inGroup = (result: RecordResult): WriteResult => ({ groupId: '9', ...result });
const failed = (error: ComponentError): WriteResult => inGroup({ kind: 'failed', error });

const dryRun = (wouldDo: DryRunResult['wouldDo'], reasons: string[] = []): WriteResult =>
  inGroup({ kind: 'dryRun', preview: { dryRun: true, wouldDo, reasons } });

describe('the log line about a write', () => {
  it.each([
    ['created', 'created'],
    ['updated', 'updated'],
    ['moved', 'address changed'],
    ['unchanged', 'unchanged'],
  ] as const)('about a record with the result %s', (kind, fate) => {
    expect(linesOf([inGroup({ kind, receiver: one })])).toEqual([
      `debug Record no. 1, receiver 7: ${fate}`,
      `info Wrote to group 9, 1 record: 1 ${fate}.`,
    ]);
  });

  it('counts the results of the records, always in the same order', () => {
    const kinds = ['unchanged', 'created', 'updated', 'created'] as const;
    expect(summary(kinds.map((kind) => inGroup({ kind, receiver: one })))).toEqual([
      'info Wrote to group 9, 4 records: 2 created, 1 updated, 1 unchanged.',
    ]);
  });

  it('is separate for each group', () => {
    const made = { kind: 'created', receiver: one } as const;
    expect(
      summary([
        { groupId: '9', ...made },
        { groupId: '8', ...made },
        { groupId: '9', ...made },
      ]),
    ).toEqual(['info Wrote to group 9, 2 records: 2 created.', 'info Wrote to group 8, 1 record: 1 created.']);
  });

  it('states why a receiver was skipped', () => {
    expect(linesOf([inGroup({ kind: 'skipped', reason: 'record no. 1 is not there' })])).toEqual([
      'debug Record no. 1: skipped: record no. 1 is not there',
      'info Wrote to group 9, 1 record: 1 skipped. Skipped (1; record no. 1): The record is not there.',
    ]);
  });

  it('is an error if a record was rejected, with each distinct reason once', () => {
    expect(
      summary([
        failed(new RecordError('The address of record no. 1 is not valid.')),
        failed(new RecordError('The address of record no. 2 is not valid.')),
        failed(new RejectedError('CleverReach refuses receiver 55', 400)),
        inGroup({ kind: 'created', receiver: one }),
      ]),
    ).toEqual([
      'error Wrote to group 9, 4 records: 1 created, 3 rejected. ' +
        'Rejected (2; record no. 1, record no. 2): The address of the record is not valid. ' +
        'Rejected (1; record no. 3): CleverReach refuses receiver 55.',
    ]);
  });

  it('names the receivers of a reason, up to five of those that have it in common', () => {
    const taken = (id: string): WriteResult =>
      failed(
        new RejectedError(
          `Receiver ${id} of group 9 is taken by receiver 3, not receiver …. Delete receiver ${id}.`,
          400,
        ),
      );
    const after = (those: WriteResult[]): string => (summary(those)[0] ?? '').replace(/^.*?\): /, '');
    expect(after([taken('70000')])).toBe(
      'Receiver 70000 of group 9 is taken by receiver 3, not receiver …. Delete receiver 70000.',
    );
    expect(after([taken('1'), taken('sha256:00ff'), taken('1')])).toBe(
      'Receiver 1, sha256:00ff of group 9 is taken by receiver 3, not receiver …. Delete receiver 1, sha256:00ff.',
    );
    expect(after(['1', '2', '3', '4', '5', '6', '7'].map(taken))).toBe(
      'Receiver 1, 2, 3, 4, 5 and 2 more of group 9 is taken by receiver 3, not receiver …. Delete receiver 1, 2, 3, 4, 5 and 2 more.',
    );
  });

  it('is a warning if some records will be retried', () => {
    expect(summary([failed(new TemporaryError('busy.')), inGroup({ kind: 'created', receiver: one })])).toEqual([
      'warn Wrote to group 9, 2 records: 1 created, 1 to be retried. To be retried (1; record no. 1): Busy.',
    ]);
  });

  it('separates the reasons of different results', () => {
    expect(summary([failed(new TemporaryError('no')), failed(new RecordError('no'))])).toEqual([
      'error Wrote to group 9, 2 records: 1 to be retried, 1 rejected. To be retried (1; record no. 1): No. Rejected (1; record no. 2): No.',
    ]);
  });

  it.each([
    [5, 'Rejected (1; record no. 5): Reason five.'],
    [6, 'Rejected (1; record no. 5): Reason five. And 1 other reason.'],
    [7, 'Rejected (1; record no. 5): Reason five. And 2 other reasons.'],
  ])('lists five of %d reasons', (count, end) => {
    const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
    const [line = ''] = summary(words.slice(0, count).map((word) => failed(new RecordError(`reason ${word}`))));
    expect(line.endsWith(end)).toBe(true);
    expect(line).toContain('Reason one. Rejected (1; record no. 2): Reason two.');
  });

  it('is an error if the step has to be corrected, and does not blame the record', () => {
    expect(summary([failed(new ConfigurationError('no such form'))])).toEqual([
      'error Wrote to group 9, 1 record: 1 not written. Not written (1; record no. 1): No such form.',
    ]);
  });

  it('names five records of each reason, and counts the others', () => {
    const alike = Array.from({ length: 7 }, () => failed(new RecordError('no')));
    expect(summary(alike)[0]).toContain(
      'Rejected (7; record no. 1, record no. 2, record no. 3, record no. 4, record no. 5 and 2 more): No.',
    );
    expect(summary(alike.slice(0, 5))[0]).toContain('record no. 4, record no. 5): No.');
  });

  it('keeps our own messages unchanged, whatever the record contains', () => {
    const text = 'There is no group named "Press". The groups that exist: "Newsletter" (7).';
    const lines = linesOf([failed(new ConfigurationError(text))], {
      city: 'is',
      language: 'no',
      interest: 'Newsletter',
    });
    expect(lines.at(-1)).toContain(text);
  });

  it.each([
    ['confirmed', 'info', 'all groups', 'deleted'],
    ['denied', 'warn', 'no group', 'deletion denied'],
    ['failed', 'error', 'no group', 'deletion failed'],
  ] as const)('about a deletion that was %s', (outcome, level, place, fate) => {
    expect(linesOf([{ kind: 'deleted', outcome, recordUid: '7', reason: 'so' }])).toEqual([
      `debug Record no. 1, receiver 7: ${fate}: so`,
      `${level} Wrote to ${place}, 1 record: 1 ${fate}. ${fate.charAt(0).toUpperCase()}${fate.slice(1)} (1; record no. 1): So.`,
    ]);
    expect(linesOf([{ kind: 'deleted', outcome, groupId: '9' }])).toEqual([
      `debug Record no. 1: ${fate}`,
      `${level} Wrote to group 9, 1 record: 1 ${fate}.`,
    ]);
  });

  it('about a record without a matching group', () => {
    expect(summary([{ kind: 'failed', error: new RecordError('no group') }])).toEqual([
      'error Wrote to no group, 1 record: 1 rejected. Rejected (1; record no. 1): No group.',
    ]);
  });

  it('is replaced if it cannot be built, and causes no failure', () => {
    const broken = new RecordError('x');
    Object.defineProperty(broken, 'message', {
      get: () => {
        throw new RangeError('of mia@example.org');
      },
    });
    expect(linesOf([failed(broken)])).toEqual(['error The report about 1 record could not be written (RangeError).']);
    expect(linesOf([])).toEqual([]);
  });
});

describe('the log line about a dry run', () => {
  it.each([
    ['create', 'info', 'to create', ''],
    ['update', 'info', 'to update', ''],
    ['changeAddress', 'info', 'address to change', ''],
    ['nothing', 'info', 'to leave unchanged', ''],
    ['skip', 'info', 'to skip', ''],
    ['delete', 'info', 'to delete', ''],
    ['deny', 'warn', 'deletion denied', ' Deletion denied (1; record no. 1): Why so. And so.'],
    ['refuse', 'error', 'rejected', ' Rejected (1; record no. 1): Why so. And so.'],
  ] as const)('that would %s', (wouldDo, level, fate, reasons) => {
    expect(summary([dryRun(wouldDo, ['why so.', 'And so.'])], true)).toEqual([
      `${level} Dry run for group 9, 1 record: 1 ${fate}; nothing was written.${reasons}`,
    ]);
  });

  it.each([
    ['delete', 'all groups'],
    ['deny', 'no group'],
  ] as const)('without a group that would %s is about %s', (wouldDo, place) => {
    const preview: DryRunResult = { dryRun: true, wouldDo, reasons: [], receiver: { id: '7' } };
    const [detail, line] = linesOf([{ kind: 'dryRun', preview }], {}, true);
    expect(detail).toMatch(/^debug Record no\. 1, receiver 7: /);
    expect(line).toContain(`Dry run for ${place}, 1 record`);
  });
});
