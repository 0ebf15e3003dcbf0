import { ConfigurationError } from '../../../lib/utils/errors';
import { checkBaseUrl } from '../../../lib/http/baseUrl';

describe('the address of CleverReach', () => {
  it.each([
    ['https://rest.cleverreach.com', 'https://rest.cleverreach.com'],
    ['https://rest.cleverreach.com/', 'https://rest.cleverreach.com'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('may be %s', (url, checked) => {
    expect(checkBaseUrl(url)).toBe(checked);
  });

  it.each([
    '',
    'rest.cleverreach.com',
    'http://rest.cleverreach.com',
    'http://127.0.0.1.example.org',
    'ftp://127.0.0.1',
    'https://rest.cleverreach.com/v3',
    'https://user:hunter2@rest.cleverreach.com',
    'https://rest.cleverreach.com/?token=hunter2',
    'https://rest.cleverreach.com/#hunter2',
  ])('may not be "%s", and the error names the variable without its value', (url) => {
    const check = (): string => checkBaseUrl(url);
    expect(check).toThrow(ConfigurationError);
    expect(check).toThrow(/^CLEVERREACH_URL /);
    expect(check).not.toThrow(/hunter2/);
  });
});

const HINT = 'It must look like https://rest.cleverreach.com, or http://127.0.0.1:8080 for a sandbox.';

describe('an address that is refused', () => {
  it.each([
    ['nothing', 'CLEVERREACH_URL is not a valid URL'],
    ['https://me@host.org', 'CLEVERREACH_URL must not hold credentials'],
    ['https://:secret@host.org', 'CLEVERREACH_URL must not hold credentials'],
    ['https://host.org?a=1', 'CLEVERREACH_URL must not hold a query or a hash'],
    ['https://host.org#a', 'CLEVERREACH_URL must not hold a query or a hash'],
    ['https://host.org/v3', 'CLEVERREACH_URL must not hold a path; "/v3" is added to it'],
    ['http://host.org', 'CLEVERREACH_URL must begin with https:// (http:// is for this machine only)'],
    ['http://notlocalhost', 'CLEVERREACH_URL must begin with https:// (http:// is for this machine only)'],
    ['http://localhost.org', 'CLEVERREACH_URL must begin with https:// (http:// is for this machine only)'],
    ['ftp://localhost', 'CLEVERREACH_URL must begin with https:// (http:// is for this machine only)'],
  ])('%s gives an error that states what is wrong and which format is expected', (url, why) => {
    expect(() => checkBaseUrl(url)).toThrow(new Error(`${why}. ${HINT}`));
  });

  it.each(['http://127.10.0.10:80', 'http://localhost:1', 'http://[::1]:2', 'https://localhost'])(
    'is not %s, which is encrypted or on this machine',
    (url) => {
      expect(checkBaseUrl(url)).toBe(new URL(url).origin);
    },
  );
});
