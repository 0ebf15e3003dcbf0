import {
  AuthorisationError,
  ConfigurationError,
  NotFoundError,
  RecordError,
  TemporaryError,
} from '../../../../lib/utils/errors';
import type { WriteSettings } from '../../../../lib/upsert/writeSettings';
import { groupWithName, missingGroup, stepGroup, targetGroups } from '../../../../lib/upsert/resolve/targetGroup';
import type { AccountDirectory } from '../../../../lib/cleverreach/accountCache';
import { record, settings } from '../../../support/upsert/records';

describe('the group of a record', () => {
  const groups = [
    { id: '1', name: 'News' },
    { id: '2', name: 'Press' },
    { id: '3', name: 'press ' },
  ];
  const directory = (answer: () => Promise<typeof groups> = () => Promise.resolve(groups)): AccountDirectory =>
    ({ groups: jest.fn(answer) }) as unknown as AccountDirectory;
  const target = async (entry: Record<string, unknown>, more: Partial<WriteSettings> = {}): Promise<unknown> =>
    (await targetGroups([record({}, {}, entry)], settings(more), directory()))[0];

  it('is that of the step, without a request if it is an id', async () => {
    let times = 0;
    const asked = directory(() => {
      times += 1;
      return Promise.resolve(groups);
    });
    expect(await targetGroups([record({}), record({})], settings({ groupId: '9' }), asked)).toEqual([
      { groupId: '9' },
      { groupId: '9' },
    ]);
    expect(times).toBe(0);
    expect(await stepGroup(settings({ groupName: 'news' }), directory())).toBe('1');
    expect(await stepGroup(settings(), directory())).toBeUndefined();
  });

  it.each([
    [['Other', 'News'], { groupId: '1' }],
    ['news', { groupId: '1' }],
    [{ label: 'x', name: 'News' }, { groupId: '1' }],
    [[{ label: 'News' }], { groupId: '1' }],
  ])('is the one that its categories name: %j', async (categories, expected) => {
    expect(await target({ categories })).toEqual(expected);
  });

  it('is not guessed if a category names two', async () => {
    expect(await target({ categories: ['PRESS'] })).toEqual({
      error: new ConfigurationError(
        'The category "PRESS" names 2 groups (ids 2, 3): set one of these ids as field "groupId".',
      ),
    });
  });

  it.each([[undefined], [[' ', 7, {}]]])(
    'is missing in the step if the record has no categories either: %j',
    async (categories) => {
      const { error } = (await target({ categories })) as { error: ConfigurationError };
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toMatch(
        /^No target group: neither .* is set, and the record has no categories\. .*"?News"?/,
      );
    },
  );

  it.each([
    [['a', 'a', { name: 'b' }], 'no group is named "a", "b"'],
    [Array.from({ length: 20 }, (_, index) => `c${index}`), /"c18", "c19"\. /],
    [Array.from({ length: 22 }, (_, index) => `c${index}`), /"c19" and 2 more\. /],
  ])('that does not exist is an error of the record: %j', async (categories, text) => {
    const { error } = (await target({ categories })) as { error: RecordError };
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(/^No target group: neither field "groupId" nor "groupName" is set, and .*"?News"?/);
    expect(error.message).toMatch(text);
  });

  it('is a temporary error if CleverReach lists no groups and the record or the step names one', async () => {
    const none = directory(() => Promise.resolve([]));
    const records = [record({}, {}, { categories: ['News'] }), record({}, {}, {})];
    const [named, unnamed] = (await targetGroups(records, settings(), none)) as { error: Error }[];
    expect(named?.error).toBeInstanceOf(TemporaryError);
    expect(named?.error.message).toMatch(/^CleverReach lists no groups, so the categories of the record name none/);
    expect(unnamed?.error).toBeInstanceOf(ConfigurationError);
    await expect(stepGroup(settings({ groupName: 'News' }), none)).rejects.toBeInstanceOf(TemporaryError);
  });

  it('is an error of each record if the groups cannot be read', async () => {
    const error = new TemporaryError('later');
    const failing = directory(() => Promise.reject(error));
    expect(await targetGroups([record({}), record({})], settings(), failing)).toEqual([{ error }, { error }]);
    await expect(groupWithName('1', failing)).rejects.toBe(error);
  });

  it('has a name if CleverReach returns it', async () => {
    expect(await groupWithName('1', directory())).toStrictEqual({ id: '1', name: 'News' });
    expect(await groupWithName('9', directory())).toStrictEqual({ id: '9' });
    const refused = directory(() => Promise.reject(new AuthorisationError('no', 403)));
    expect(await groupWithName('1', refused)).toStrictEqual({ id: '1' });
    const faulty = directory(() => Promise.reject(new TypeError('x')));
    await expect(groupWithName('1', faulty)).rejects.toThrow(TypeError);
  });

  it('that is missing is reported with the existing ones, else the error is unchanged', async () => {
    const error = new NotFoundError('nothing there');
    expect(await missingGroup(error, '1', directory())).toBe(error);
    const extended = await missingGroup(error, '9', directory());
    expect(extended).toBeInstanceOf(NotFoundError);
    expect(extended.message).toContain('News');
    const last = await missingGroup(
      error,
      '9',
      directory(() => Promise.resolve([])),
    );
    expect(last).toBeInstanceOf(NotFoundError);
    expect(last.message).toMatch(/deleted; choose another one\. CleverReach lists no groups\.$/);
    expect(
      await missingGroup(
        error,
        '9',
        directory(() => Promise.reject(new TemporaryError('later'))),
      ),
    ).toBe(error);
  });
});
