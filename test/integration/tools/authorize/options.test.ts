import { ConfigurationError } from '../../../../lib/utils/errors';
import { readOptions } from '../../../../tools/authorize/options';
import { UsageError } from '../../../../tools/lib/args';

describe('the options', () => {
  const env = { OIH_TOKEN: 'token' };

  it('are few by default', () => {
    expect(readOptions([], {})).toEqual({
      help: false,
      json: false,
      open: true,
      port: 8910,
      timeLimitSeconds: 600,
      stateIsOptional: false,
      baseUrl: 'https://rest.cleverreach.com',
    });
  });

  it('may name another redirect URI and a secret service on a private network', () => {
    const args = [
      '--redirect-uri',
      'https://tunnel.example.org/callback',
      '--secret-service',
      'http://127.0.0.1:3/api/v1/',
    ];
    expect(readOptions(args, env)).toMatchObject({
      redirectUri: 'https://tunnel.example.org/callback',
      secretService: { url: 'http://127.0.0.1:3/api/v1', token: 'token' },
    });
  });

  it.each([
    [['--port', '70000'], '--port'],
    [['--port', ''], '--port has an empty value'],
    [['--auth-client', ''], '--auth-client has an empty value'],
    [['--redirect-uri', ' '], '--redirect-uri has an empty value'],
    [['--secret-service='], '--secret-service has an empty value'],
    [['--time-limit', '0'], '--time-limit'],
    [['--colour'], '--colour'],
    [['now'], 'now'],
    [['--redirect-uri', 'http://example.org/callback'], '--redirect-uri'],
    [['--redirect-uri', 'https://example.org/elsewhere'], '--redirect-uri'],
    [['--secret-service', 'http://secrets.example.org/api/v1'], 'kubectl port-forward'],
    [['--secret-service', 'https://me:hunter2@example.org'], '--secret-service'],
  ])('%j are refused', (args, text) => {
    const read = (): unknown => readOptions(args, env);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(text);
    expect(read).not.toThrow('hunter2');
  });

  it('for a secret service require a token of OIH', () => {
    expect(() => readOptions(['--secret-service', 'https://example.org'], {})).toThrow(/needs OIH_TOKEN/);
  });

  it('require a safe URL of CleverReach', () => {
    expect(() => readOptions([], { CLEVERREACH_URL: 'http://example.org' })).toThrow(ConfigurationError);
  });
});
