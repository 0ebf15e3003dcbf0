/** The lines of the log about records. */

import { RecordError, RejectedError, TemporaryError, type ComponentError } from '../../lib/utils/errors';
import type { Announcement } from '../../lib/utils/writing/announcement';
import type { Outcome, WriteResult } from '../../lib/utils/writing/records';
import { reportRecords } from '../../lib/utils/writing/report';
import { receiver } from '../reading/receivers';
import { record } from './account';

function told(results: readonly WriteResult[], values: Record<string, unknown> = {}, dryRun = false): string[] {
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
  told(results, {}, dryRun).filter((line) => !line.startsWith('debug'));

const one = receiver('7');
const inGroup = (result: Outcome): WriteResult => ({ groupId: '9', ...result });
const failed = (error: ComponentError): WriteResult => inGroup({ kind: 'failed', error });
const announced = (wouldDo: Announcement['wouldDo'], reasons: string[] = []): WriteResult =>
  inGroup({ kind: 'announced', announcement: { dryRun: true, wouldDo, reasons } });

describe('the line about a write', () => {
  it.each([
    ['created', 'created'],
    ['updated', 'updated'],
    ['moved', 'with a new address'],
    ['unchanged', 'unchanged'],
  ] as const)('about one that is %s', (kind, fate) => {
    expect(told([inGroup({ kind, receiver: one })])).toEqual([
      `debug Record no. 1, receiver 7: ${fate}`,
      `info Wrote to group 9, 1 record: 1 ${fate}.`,
    ]);
  });

  it('counts what became of the records, in an order that is always the same', () => {
    const kinds = ['unchanged', 'created', 'updated', 'created'] as const;
    expect(summary(kinds.map((kind) => inGroup({ kind, receiver: one })))).toEqual([
      'info Wrote to group 9, 4 records: 2 created, 1 updated, 1 unchanged.',
    ]);
  });

  it('is one for each group', () => {
    const made = { kind: 'created', receiver: one } as const;
    expect(
      summary([
        { groupId: '9', ...made },
        { groupId: '8', ...made },
        { groupId: '9', ...made },
      ]),
    ).toEqual(['info Wrote to group 9, 2 records: 2 created.', 'info Wrote to group 8, 1 record: 1 created.']);
  });

  it('says why somebody was left out', () => {
    expect(told([inGroup({ kind: 'skipped', reason: 'record no. 1 is not there' })])).toEqual([
      'debug Record no. 1: left out: record no. 1 is not there',
      'info Wrote to group 9, 1 record: 1 left out. Left out (1): The record is not there.',
    ]);
  });

  it('is an error where one was rejected, with the reasons, alike ones once, and no id of a receiver', () => {
    expect(
      summary([
        failed(new RecordError('The address of record no. 1 is not valid.')),
        failed(new RecordError('The address of record no. 2 is not valid.')),
        failed(new RejectedError('CleverReach refuses receiver 55', 400)),
        inGroup({ kind: 'created', receiver: one }),
      ]),
    ).toEqual([
      'error Wrote to group 9, 4 records: 1 created, 3 rejected. ' +
        'Rejected (2): The address of the record is not valid. Rejected (1): CleverReach refuses receiver ….',
    ]);
  });

  it('is a warning where some are to be tried again', () => {
    expect(summary([failed(new TemporaryError('busy.')), inGroup({ kind: 'created', receiver: one })])).toEqual([
      'warn Wrote to group 9, 2 records: 1 created, 1 to be tried again. To be tried again (1): Busy.',
    ]);
  });

  it('tells reasons of different fates apart', () => {
    expect(summary([failed(new TemporaryError('no')), failed(new RecordError('no'))])).toEqual([
      'error Wrote to group 9, 2 records: 1 to be tried again, 1 rejected. To be tried again (1): No. Rejected (1): No.',
    ]);
  });

  it.each([
    [5, 'Rejected (1): Reason five.'],
    [6, 'Rejected (1): Reason five. And 1 other reason.'],
    [7, 'Rejected (1): Reason five. And 2 other reasons.'],
  ])('spells out five of %d reasons', (count, end) => {
    const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
    const [line = ''] = summary(words.slice(0, count).map((word) => failed(new RecordError(`reason ${word}`))));
    expect(line.endsWith(end)).toBe(true);
    expect(line).toContain('Reason one. Rejected (1): Reason two.');
  });

  it('holds nothing of what a record says, neither do the details', () => {
    const lines = told([failed(new RecordError('Mia is refused, value-0 too'))], { firstname: 'Mia' });
    expect(lines).toEqual([
      'debug Record no. 1: rejected: … is refused, … too',
      'error Wrote to group 9, 1 record: 1 rejected. Rejected (1): … is refused, … too.',
    ]);
  });

  it.each([
    ['confirmed', 'info', 'all groups', 'deleted'],
    ['denied', 'warn', 'no group', 'deletion denied'],
    ['failed', 'error', 'no group', 'deletion failed'],
  ] as const)('about a deletion that was %s', (outcome, level, place, fate) => {
    expect(told([{ kind: 'deleted', outcome, recordUid: '7', reason: 'so' }])).toEqual([
      `debug Record no. 1, receiver 7: ${fate}: so`,
      `${level} Wrote to ${place}, 1 record: 1 ${fate}. ${fate.charAt(0).toUpperCase()}${fate.slice(1)} (1): So.`,
    ]);
    expect(told([{ kind: 'deleted', outcome, groupId: '9' }])).toEqual([
      `debug Record no. 1: ${fate}`,
      `${level} Wrote to group 9, 1 record: 1 ${fate}.`,
    ]);
  });

  it('about a record that found no group', () => {
    expect(summary([{ kind: 'failed', error: new RecordError('no group') }])).toEqual([
      'error Wrote to no group, 1 record: 1 rejected. Rejected (1): No group.',
    ]);
  });

  it('cannot be about more than there was', () => {
    const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
    expect(() => {
      reportRecords([], [failed(new RecordError('x'))], false, logger);
    }).toThrow('there are more results than records');
  });
});

describe('the line about a dry run', () => {
  it.each([
    ['create', 'info', 'to create', ''],
    ['update', 'info', 'to update', ''],
    ['changeAddress', 'info', 'to give a new address', ''],
    ['nothing', 'info', 'to leave alone', ''],
    ['skip', 'info', 'to leave out', ''],
    ['delete', 'info', 'to delete', ''],
    ['deny', 'warn', 'deletion denied', ' Deletion denied (1): Why so. And so.'],
    ['refuse', 'error', 'rejected', ' Rejected (1): Why so. And so.'],
  ] as const)('that would %s', (wouldDo, level, fate, reasons) => {
    expect(summary([announced(wouldDo, ['why so.', 'And so.'])], true)).toEqual([
      `${level} Dry run for group 9, 1 record: 1 ${fate}; nothing was written.${reasons}`,
    ]);
  });

  it.each([
    ['delete', 'all groups'],
    ['deny', 'no group'],
  ] as const)('without a group that would %s is about %s', (wouldDo, place) => {
    const announcement: Announcement = { dryRun: true, wouldDo, reasons: [], receiver: { id: '7' } };
    const [detail, line] = told([{ kind: 'announced', announcement }], {}, true);
    expect(detail).toMatch(/^debug Record no\. 1, receiver 7: /);
    expect(line).toContain(`Dry run for ${place}, 1 record`);
  });
});
