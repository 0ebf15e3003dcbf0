import type { CleverReachApi } from '../../lib/utils/cleverreach/types';
import { ConfigurationError } from '../../lib/utils/errors';
import { checkRoom } from '../../lib/utils/reading/room';
import { receiver } from './receivers';

/** Groups of these sizes, and what was asked of them. */
function account(sizes: Record<string, number>): { api: CleverReachApi; asked: unknown[] } {
  const asked: unknown[] = [];
  const receivers: CleverReachApi['receivers'] = (groupId, query) => {
    asked.push([groupId, query]);
    const { page, pageSize } = query;
    const left = Math.max(0, (sizes[groupId] ?? 0) - page * pageSize);
    return Promise.resolve({ receivers: Array.from({ length: Math.min(left, pageSize) }, () => receiver('1')) });
  };
  return { api: { receivers } as unknown as CleverReachApi, asked };
}
const group = (id: string): { id: string; name: string } => ({ id, name: `G${id}` });

describe('room for the content of all receivers', () => {
  it('is there on elastic.io for 346 of one group, and for no more', async () => {
    const { api, asked } = account({ 1: 346 });
    await expect(checkRoom(api, [group('1')], 'elastic.io')).resolves.toBeUndefined();
    expect(asked).toEqual([['1', { page: 0, pageSize: 347, detail: 0 }]]);
    const thrown = checkRoom(account({ 1: 347 }).api, [group('1')], 'elastic.io');
    await expect(thrown).rejects.toThrow(ConfigurationError);
    await expect(thrown).rejects.toThrow(
      'Changes cannot be seen by content here: elastic.io keeps snapshots that hold 346 receivers of this group, and there are more. ' +
        'Nothing was sent. Set "changeDetection" to "timestamps", which is the default and takes groups of any size.',
    );
  });

  it('is shared by several groups', async () => {
    const groups = [group('1'), group('2')];
    const fitting = account({ 1: 200, 2: 143 });
    await expect(checkRoom(fitting.api, groups, 'elastic.io')).resolves.toBeUndefined();
    expect(fitting.asked).toEqual([
      ['1', { page: 0, pageSize: 344, detail: 0 }],
      ['2', { page: 0, pageSize: 144, detail: 0 }],
    ]);
    await expect(checkRoom(account({ 1: 200, 2: 144 }).api, groups, 'elastic.io')).rejects.toThrow(
      'that hold 343 receivers of these 2 groups',
    );
  });

  it('is none where there are too many groups', async () => {
    const many = Array.from({ length: 200 }, (_, index) => group(String(index)));
    await expect(checkRoom(account({}).api, many, 'elastic.io')).resolves.toBeUndefined();
    await expect(checkRoom(account({ 7: 1 }).api, many, 'elastic.io')).rejects.toThrow('hold 0 receivers');
  });

  it('is asked for on OIH with one row, since a million fit', async () => {
    const { api, asked } = account({ 1: 1_249_996 });
    await expect(checkRoom(api, [group('1')], 'oih')).resolves.toBeUndefined();
    expect(asked).toEqual([['1', { page: 1_249_996, pageSize: 1, detail: 0 }]]);
    await expect(checkRoom(account({ 1: 1_249_997 }).api, [group('1')], 'oih')).rejects.toThrow(
      'oih keeps snapshots that hold 1249996 receivers',
    );
  });
});
