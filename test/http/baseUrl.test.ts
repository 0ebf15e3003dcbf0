import { ConfigurationError } from '../../lib/utils/errors';
import { checkBaseUrl } from '../../lib/utils/http/baseUrl';

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
