import type { CleverReachApi, Receiver } from '../../../../lib/cleverreach/types';
import { ConfigurationError } from '../../../../lib/utils/errors';
import { checkSnapshotCapacity } from '../../../../lib/polling/state/snapshotCapacity';
import { recordingLogger } from '../../../support/http';
import { receiver } from '../../../support/receiver';

type Io = Parameters<typeof checkSnapshotCapacity>[0];

/**
 * Groups of these sizes, and what was asked of them.
 * @param cap the most rows that a page has
 */
function account(sizes: Record<string, number>, cap = Infinity): { io: Io; asked: unknown[] } {
  const asked: unknown[] = [];
  const receivers: CleverReachApi['receivers'] = (groupId, { page, pageSize, detail }) => {
    asked.push([groupId, { page, pageSize, detail }]);
    const size = Math.min(pageSize, cap);
    const left = Math.max(0, (sizes[groupId] ?? 0) - page * size);
    const row = (_: unknown, index: number): Receiver => receiver(String(page * size + index));
    return Promise.resolve({ receivers: Array.from({ length: Math.min(left, size) }, row) });
  };
  return { io: { api: { receivers } as unknown as CleverReachApi, logger: recordingLogger() }, asked };
}
const group = (id: string): { id: string; name: string } => ({ id, name: `G${id}` });

describe('room for the content of all receivers', () => {
  it('is there on elastic.io for 346 of one group, and for no more', async () => {
    const { io, asked } = account({ 1: 346 });
    await expect(checkSnapshotCapacity(io, [group('1')], 'elastic.io')).resolves.toBeUndefined();
    expect(asked).toEqual([
      ['1', { page: 0, pageSize: 347, detail: 0 }],
      // a look behind the last one
      ['1', { page: 1, pageSize: 345, detail: 0 }],
    ]);
    const thrown = checkSnapshotCapacity(account({ 1: 347 }).io, [group('1')], 'elastic.io');
    await expect(thrown).rejects.toThrow(ConfigurationError);
    await expect(thrown).rejects.toThrow(
      'Changes cannot be seen by content here: elastic.io keeps snapshots that hold 346 receivers of this group, and there are more. ' +
        'Nothing was sent. Set "changeDetection" to "timestamps", which is the default and takes groups of any size.',
    );
  });

  it('is shared by several groups', async () => {
    const groups = [group('1'), group('2')];
    const fitting = account({ 1: 200, 2: 143 });
    await expect(checkSnapshotCapacity(fitting.io, groups, 'elastic.io')).resolves.toBeUndefined();
    expect(fitting.asked).toEqual([
      ['1', { page: 0, pageSize: 344, detail: 0 }],
      ['1', { page: 1, pageSize: 199, detail: 0 }],
      ['2', { page: 0, pageSize: 144, detail: 0 }],
      ['2', { page: 1, pageSize: 142, detail: 0 }],
    ]);
    await expect(checkSnapshotCapacity(account({ 1: 200, 2: 144 }).io, groups, 'elastic.io')).rejects.toThrow(
      'that hold 343 receivers of these 2 groups',
    );
  });

  it('is none where there are too many groups', async () => {
    const many = Array.from({ length: 200 }, (_, index) => group(String(index)));
    await expect(checkSnapshotCapacity(account({}).io, many, 'elastic.io')).resolves.toBeUndefined();
    await expect(checkSnapshotCapacity(account({ 7: 1 }).io, many, 'elastic.io')).rejects.toThrow('hold 0 receivers');
  });

  it.each([1, 7, 50, 100, 250])('is none for more receivers where CleverReach gives %i at a time', async (cap) => {
    await expect(
      checkSnapshotCapacity(account({ 1: 346 }, cap).io, [group('1')], 'elastic.io'),
    ).resolves.toBeUndefined();
    await expect(checkSnapshotCapacity(account({ 1: 347 }, cap).io, [group('1')], 'elastic.io')).rejects.toThrow(
      'hold 346',
    );
    const two = [group('1'), group('2')];
    await expect(checkSnapshotCapacity(account({ 1: 200, 2: 144 }, cap).io, two, 'elastic.io')).rejects.toThrow(
      'hold 343',
    );
  });

  it('is refused when the last answer has come, and nothing is asked after that', async () => {
    const { io, asked } = account({ 1: 5_000 }, 100);
    let open = 0;
    const receivers = io.api.receivers.bind(io.api);
    io.api.receivers = async (...query) => {
      open += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return await receivers(...query).finally(() => (open -= 1));
    };
    await expect(checkSnapshotCapacity(io, [group('1')], 'elastic.io')).rejects.toThrow('hold 346');
    const { length } = asked;
    expect(open).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toHaveLength(length);
  });

  it('is asked for on OIH with one row, since a million fit', async () => {
    const { io, asked } = account({ 1: 1_249_996 });
    await expect(checkSnapshotCapacity(io, [group('1')], 'oih')).resolves.toBeUndefined();
    expect(asked).toEqual([['1', { page: 1_249_996, pageSize: 1, detail: 0 }]]);
    await expect(checkSnapshotCapacity(account({ 1: 1_249_997 }).io, [group('1')], 'oih')).rejects.toThrow(
      'oih keeps snapshots that hold 1249996 receivers',
    );
  });
});
