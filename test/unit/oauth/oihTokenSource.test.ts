import { AuthorisationError } from '../../../lib/utils/errors';
import type { PlatformSecretsPort } from '../../../lib/oauth/platformSecretsPort';
import { onTheWire, thrownBy } from '../../support/http';
import { tokensFor } from '../../support/oauth';

onTheWire();

describe('a token of OIH', () => {
  it('is read again after a 401, once for all refused calls', async () => {
    let reads = 0;
    const platform: PlatformSecretsPort = {
      readOihToken: () => {
        reads += 1;
        return Promise.resolve('token-2');
      },
    };
    const { tokens } = tokensFor({ accessToken: 'token-1' }, platform);
    await expect(tokens.current()).resolves.toBe('token-1');
    await expect(Promise.all([tokens.renew('token-1'), tokens.renew('token-1')])).resolves.toEqual([
      'token-2',
      'token-2',
    ]);
    await expect(tokens.current()).resolves.toBe('token-2');
    expect(reads).toBe(1);
  });

  it('that stays the same after a renewal throws an error that asks to reconnect the account', async () => {
    const platform: PlatformSecretsPort = { readOihToken: () => Promise.resolve('token-1') };
    const { tokens } = tokensFor({ accessToken: 'token-1' }, platform);
    expect(await thrownBy(tokens.renew('token-1'))).toBeInstanceOf(AuthorisationError);
  });
});
