import type { Receiver } from '../../../../lib/cleverreach/types';
import type { DryRunResult, WriteResult } from '../../../../lib/upsert/output/writeResult';
import { emitSample } from '../../../../lib/upsert/output/sample';
import type { Step } from '../../../../lib/platform/step';
import { NotFoundError, RecordError } from '../../../../lib/utils/errors';

const NOW = 1_764_000_000;
const clock = { now: () => NOW * 1_000 + 7, elapsed: () => 0, sleep: () => Promise.resolve(), random: () => 0 };
const stored = { id: '71', email: 'jo@example.org' } as Receiver;
const group = { id: '512', name: 'Customers' };

async function sampleOf(result: WriteResult | DryRunResult, incoming: object = {}, found?: Receiver) {
  const sent: unknown[] = [];
  const log: string[] = [];
  const asked: unknown[] = [];
  const step = {
    incoming: { metadata: { oihUid: 'u1' }, data: incoming },
    logger: { info: (text: string) => log.push(text) },
    emitData: (message: unknown) => Promise.resolve(void sent.push(message)),
  } as unknown as Step;
  const api = { receiver: (...args: unknown[]) => Promise.resolve((asked.push(args), found)) };
  await emitSample(step, 'kind' in result ? result : { kind: 'dryRun', preview: result }, api, clock);
  return { sent, log, asked };
}

describe('a sample of the action', () => {
  it('has the values to write and a placeholder as its id when the receiver would be created', async () => {
    const { sent, log, asked } = await sampleOf({
      dryRun: true,
      wouldDo: 'create',
      group,
      receiver: { email: 'mia@example.org' },
      state: 'active',
      changes: {
        attributes: { store: { to: 'Kiel' } },
        global_attributes: { city: { from: 'Bonn', to: 'Kiel' } },
        tags: { add: ['vip'], remove: ['old'] },
      },
      reasons: [],
    });
    expect(sent).toEqual([
      {
        metadata: { oihUid: 'u1', recordUid: '0' },
        data: {
          ...{ id: '0', email: 'mia@example.org', group_id: '512', active: true },
          ...{ registered: NOW, activated: NOW, deactivated: 0, bounced: 0, imported: 0 },
          ...{ attributes: { store: 'Kiel' }, global_attributes: { city: 'Kiel' }, tags: ['vip'] },
        },
      },
    ]);
    expect(log).toEqual([
      'This is a sample: nothing was written to CleverReach. A real run would create the receiver; its id and times are placeholders.',
    ]);
    expect(asked).toEqual([]);
  });

  it('is not active and has only the values to write when the receiver would be created unconfirmed', async () => {
    const create: DryRunResult = { dryRun: true, wouldDo: 'create', group, state: 'unconfirmed', reasons: [] };
    expect((await sampleOf(create)).sent).toMatchObject([
      { data: { email: '', active: false, registered: NOW, activated: 0, attributes: {}, tags: [] } },
    ]);
  });

  it.each([
    ['update', 'update the receiver'],
    ['changeAddress', 'change the address of the receiver'],
    ['unsubscribe', 'unsubscribe the receiver'],
    ['nothing', 'do nothing'],
  ] as const)('is the stored receiver for %s, and the log reports that a real run would %s', async (wouldDo, words) => {
    const preview: DryRunResult = { dryRun: true, wouldDo, group, receiver: { id: '71' }, reasons: [] };
    const { sent, log, asked } = await sampleOf(preview, {}, stored);
    expect(sent).toEqual([{ metadata: { oihUid: 'u1', recordUid: '71' }, data: stored }]);
    expect(asked).toEqual([['512', '71']]);
    expect(log.join()).toContain(`A real run would ${words}; the sample is the receiver as it is stored`);
  });

  it.each([
    ['delete', 'confirmed'],
    ['nothing', 'confirmed'],
    ['deny', 'denied'],
    ['refuse', 'failed'],
  ] as const)('is the result of a delete request that would lead to %s', async (wouldDo, outcome) => {
    const preview: DryRunResult = { dryRun: true, wouldDo, group, receiver: { id: '71' }, reasons: [] };
    const { sent, asked } = await sampleOf(preview, { deleteRequested: true });
    expect(sent).toEqual([{ metadata: { oihUid: 'u1' }, data: { delete: outcome, timestamp: String(clock.now()) } }]);
    expect(asked).toEqual([]);
  });

  it('is an error with the reason when a real run would send nothing', async () => {
    const skip: DryRunResult = { dryRun: true, wouldDo: 'skip', group, reasons: ['It is not in the group.'] };
    const expected = new NotFoundError(
      'No sample was sent for group 512: a real run would send nothing for this record (skip). It is not in the group. Use another record, or enter the sample manually.',
    );
    await expect(sampleOf(skip)).rejects.toEqual(expected);
  });

  it('is the error of the record when the record is rejected', async () => {
    const error = new RecordError('The record is wrong.');
    await expect(sampleOf({ kind: 'failed', error })).rejects.toBe(error);
  });
});
