import type { Group } from '../../../../lib/cleverreach/types';
import { optOutFrom } from '../../../../lib/upsert/resolve/leftGroup';
import { AuthorisationError, TemporaryError } from '../../../../lib/utils/errors';
import { record } from '../../../support/upsert/records';

const GROUPS: Group[] = [
  { id: '1046', name: 'Newsletter' },
  { id: '513', name: 'Customers' },
];
const left = (group?: unknown) => record({}, {}, { subscription: { status: 'unsubscribed', group } });

function ask(entry: ReturnType<typeof record>, optOuts = true, groups = async () => await Promise.resolve(GROUPS)) {
  const asked = jest.fn(groups);
  return { found: optOutFrom('1046', entry, { optOuts }, { groups: asked }), asked };
}

describe('the group of an opt-out', () => {
  it.each([
    [{ id: '1046' }, 'here'],
    [undefined, 'here'],
  ])('needs no list of groups for %j', async (group, expected) => {
    const { found, asked } = ask(left(group));
    expect(await found).toBe(expected);
    expect(asked).not.toHaveBeenCalled();
  });

  it('needs no list of groups if the record is no opt-out, or the step carries out none', async () => {
    const none = ask(record({}, {}, { subscription: { status: 'subscribed', group: 'Newsletter' } }));
    const ignored = ask(left('Newsletter'), false);
    expect([await none.found, await ignored.found]).toEqual([undefined, 'unclear']);
    expect([none.asked.mock.calls, ignored.asked.mock.calls]).toEqual([[], []]);
  });

  it.each([
    ['newsletter ', 'here'],
    [{ id: 'Newsletter' }, 'here'],
    [{ name: 'Customers' }, 'elsewhere'],
    ['513', 'elsewhere'],
    [{ id: 'foo' }, 'unclear'],
  ])('is looked up by its name or id: %j', async (group, expected) => {
    expect(await ask(left(group)).found).toBe(expected);
  });

  it('cannot be identified if CleverReach refuses the list of groups', async () => {
    const refused = async () => await Promise.reject(new AuthorisationError('no', 403));
    expect(await ask(left('Newsletter'), true, refused).found).toBe('unclear');
  });

  it('is not decided while CleverReach does not list the groups', async () => {
    const failing = async () => await Promise.reject(new TemporaryError('busy'));
    await expect(ask(left('Newsletter'), true, failing).found).rejects.toThrow('busy');
    const none = async () => await Promise.resolve([]);
    await expect(ask(left('Newsletter'), true, none).found).rejects.toBeInstanceOf(TemporaryError);
  });
});
