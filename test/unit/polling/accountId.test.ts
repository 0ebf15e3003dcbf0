import type { AccountInfo } from '../../../lib/cleverreach/types';
import { accountIdOnce } from '../../../lib/polling/accountId';
import { AuthorisationError, TemporaryError } from '../../../lib/utils/errors';

const ACCOUNT: AccountInfo = { id: '300417', company: '', email: '', login_domain: '' };

describe('the id of the account', () => {
  const make = (...answers: (AccountInfo | Error)[]) => {
    const warnings: string[] = [];
    const logger = { debug: jest.fn(), info: jest.fn(), error: jest.fn(), warn: (text: string) => warnings.push(text) };
    const whoami = jest.fn(async () => {
      const answer = answers.shift();
      if (!answer || answer instanceof Error) throw answer ?? new Error('no further answer');
      return await Promise.resolve(answer);
    });
    return { ask: accountIdOnce({ whoami }, logger), whoami, warnings };
  };

  it('is requested when it is needed, and only once', async () => {
    const { ask, whoami } = make(ACCOUNT);
    expect(whoami).not.toHaveBeenCalled();
    expect([await ask(), await ask()]).toEqual(['300417', '300417']);
    expect(whoami).toHaveBeenCalledTimes(1);
  });

  it('is unknown if CleverReach rejects the request, and the log says so once', async () => {
    const { ask, whoami, warnings } = make(new AuthorisationError('No scope.', 403));
    expect([await ask(), await ask()]).toEqual([undefined, undefined]);
    expect(whoami).toHaveBeenCalledTimes(1);
    expect(warnings).toEqual([
      expect.stringMatching(/without the id of the account, because CleverReach rejects.* No scope\.$/),
    ]);
  });

  it('is requested again after a temporary failure', async () => {
    const { ask } = make(new TemporaryError('down'), ACCOUNT);
    await expect(ask()).rejects.toThrow('down');
    expect(await ask()).toBe('300417');
  });
});
