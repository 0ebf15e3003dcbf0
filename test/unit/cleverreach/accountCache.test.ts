import { AccountCache } from '../../../lib/cleverreach/accountCache';
import type { AccountInfo, Attribute, Flow, Form, Group } from '../../../lib/cleverreach/types';
import { AuthorisationError, TemporaryError } from '../../../lib/utils/errors';

const ACCOUNT: AccountInfo = { id: '7', company: '', email: '', login_domain: '' };
const whoami = () => Promise.resolve(ACCOUNT);

describe('the account cache', () => {
  const make = (fail?: Error, groups: Group[] = [{ id: '1', name: 'News' }]) => {
    const asked: string[] = [];
    // the cache takes a time of 0 for none
    let now = 1;
    const ask = <T>(what: string, answer: T): Promise<T> => {
      asked.push(what);
      return fail && asked.length === 1 ? Promise.reject(fail) : Promise.resolve(answer);
    };
    const directory = new AccountCache({ elapsed: () => now }).directory({
      whoami: () => ask<AccountInfo>('whoami', ACCOUNT),
      groups: () => ask<Group[]>('groups', groups),
      forms: () => ask<Form[]>('forms', []),
      groupForms: (id) => ask<Form[]>(`forms of ${id}`, []),
      flows: () => ask<Flow[]>('flows', []),
      flow: (id) => ask<Flow | undefined>(`flow ${id}`, undefined),
      isBlocked: (entry, groupId) => ask(`${entry} in ${groupId ?? 'the account'}`, false),
      attributes: () => ask<Attribute[]>('account', []),
      groupAttributes: (id) => ask<Attribute[]>(id, []),
    });
    return { asked, directory, pass: (milliseconds: number) => (now += milliseconds) };
  };

  it('sends one request per minute, even for concurrent calls', async () => {
    const { asked, directory, pass } = make();
    await Promise.all([directory.groups(), directory.groups()]);
    pass(60_000);
    await directory.groups();
    expect(asked).toHaveLength(1);
    pass(1);
    await directory.groups();
    expect(asked).toHaveLength(2);
  });

  it('does not keep an empty list of groups, which is probably a wrong response', async () => {
    const { asked, directory } = make(undefined, []);
    expect([await directory.groups(), await directory.groups()]).toEqual([[], []]);
    expect(asked).toHaveLength(2);
  });

  it('knows which account it is', async () => {
    const { asked, directory } = make();
    expect([await directory.account(), await directory.account()]).toEqual([ACCOUNT, ACCOUNT]);
    expect(asked).toEqual(['whoami']);
  });

  it.each(['account', 'group'])('leaves no request pending if the one for the %s fails', async (failing) => {
    let isEnded = false;
    const fail = () => Promise.reject(new AuthorisationError('no'));
    const slow = async (): Promise<Attribute[]> => {
      await new Promise((resolve) => setImmediate(resolve));
      isEnded = true;
      return [];
    };
    const [attributes, groupAttributes] = failing === 'account' ? [fail, slow] : [slow, fail];
    const nothing = () => Promise.resolve([]);
    const others = {
      ...{ whoami, groups: nothing, forms: nothing, groupForms: nothing, flows: nothing },
      ...{ flow: () => Promise.resolve(undefined), isBlocked: () => Promise.resolve(false) },
    };
    const api = { ...others, attributes, groupAttributes };
    await expect(new AccountCache({ elapsed: () => 0 }).directory(api).definitions('1')).rejects.toThrow('no');
    expect(isEnded).toBe(true);
  });

  it('caches each group separately and a bounded number of groups', async () => {
    const { asked, directory } = make();
    for (let id = 0; id < 300; id += 1) await directory.definitions(String(id));
    expect(asked.filter((what) => what === 'account')).toHaveLength(1);
    await directory.definitions('299');
    expect(asked).toHaveLength(301);
    await directory.definitions('0');
    expect(asked).toHaveLength(302);
  });

  it('caches a flow that does not exist, and an address that is not blocked, separately by group', async () => {
    const { asked, directory } = make();
    for (let round = 0; round < 2; round += 1) {
      await directory.flow('a');
      await directory.flows();
      await directory.isBlocked('jo@example.org');
      await directory.isBlocked('jo@example.org', '1');
    }
    expect(asked).toEqual(['flow a', 'flows', 'jo@example.org in the account', 'jo@example.org in 1']);
  });

  it.each([
    [new TemporaryError('down'), 2],
    [new AuthorisationError('no'), 1],
  ])('caches a refusal and drops a temporary failure (%s)', async (error, times) => {
    const { asked, directory } = make(error);
    await expect(directory.groups()).rejects.toBe(error);
    await directory.groups().catch(() => undefined);
    expect(asked).toHaveLength(times);
  });

  it('reports whether a message is new, and does not remember it forever', () => {
    const { directory } = make();
    expect([directory.isFirstOccurrence('a'), directory.isFirstOccurrence('a')]).toEqual([true, false]);
    for (let n = 0; n < 1_000; n += 1) directory.isFirstOccurrence(String(n));
    expect(directory.isFirstOccurrence('a')).toBe(true);
  });

  it('is filled by the client of the first caller and shared by all callers', async () => {
    const asked: string[] = [];
    const clientOf = (name: string) => {
      const ask = () => Promise.resolve(void asked.push(name)).then(() => []);
      const groups = () => ask().then(() => [{ id: '1', name: 'News' }]);
      const others = { flow: () => Promise.resolve(undefined), isBlocked: () => Promise.resolve(false) };
      return {
        ...others,
        ...{ whoami, groups, forms: ask, groupForms: ask, flows: ask, attributes: ask, groupAttributes: ask },
      };
    };
    let now = 1;
    const cache = new AccountCache({ elapsed: () => now });
    const [first, second] = [cache.directory(clientOf('first')), cache.directory(clientOf('second'))];
    await first.groups();
    await second.groups();
    expect(first.isFirstOccurrence('a')).toBe(true);
    expect(second.isFirstOccurrence('a')).toBe(false);
    now += 60_001;
    await second.groups();
    await first.groups();
    expect(asked).toEqual(['first', 'second']);
  });
});
