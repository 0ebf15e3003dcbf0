/** What the log tells of each request, and a way to CleverReach on which nothing can be changed. */
import nock from 'nock';
import { readOnly } from '../../lib/http/httpClient';
import { withDetail } from '../../lib/utils/logger';
import { bench, onTheWire, origin } from '../support/http';

onTheWire();

describe('the details of a log', () => {
  it('tell of each request its method, path, status, size and time, and of no address in it', async () => {
    nock(origin).get(/./).delay(5).reply(200, '{"id":1}');
    nock(origin).get(/./).reply(404, '{}');
    const { http, logger } = bench();
    await http.request({ method: 'GET', path: `/groups/512/receivers/${encodeURIComponent("o'mia@example.org")}` });
    await expect(http.request({ method: 'GET', path: '/groups/7' })).rejects.toThrow();
    expect(logger.details).toEqual([
      expect.stringMatching(/^GET \/v3\/groups\/512\/receivers\/<address>: 200, 8 bytes, \d+ ms\.$/),
      expect.stringMatching(/^GET \/v3\/groups\/7: 404, 2 bytes, \d+ ms\.$/),
    ]);
    expect(logger.lines).toEqual([]);
  });

  it('tell of a connection that broke what went wrong', async () => {
    nock(origin)
      .post(/./)
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    const { http, logger } = bench();
    await expect(http.request({ method: 'POST', path: '/groups', body: {} })).rejects.toThrow();
    expect(logger.details).toEqual([expect.stringMatching(/^POST \/v3\/groups: ECONNRESET, 0 bytes, \d+ ms\.$/)]);
  });

  it('are told among the reports where a step wants them', () => {
    const said: string[] = [];
    const at = (level: string) => (text: string) => void said.push(`${level} ${text}`);
    const logger = withDetail({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    expect(said).toEqual(['info a', 'info b', 'warn c', 'error d']);
  });
});

it.each(['POST', 'PUT', 'DELETE'] as const)('nothing but a GET passes a way that only reads: %s', async (method) => {
  nock(origin).get('/v3/groups').reply(200, '[]');
  const { http } = bench();
  const reading = readOnly(http);
  await expect(reading.request({ method, path: '/receivers/jo@example.org' })).rejects.toThrow(
    `${method} /v3/receivers/<address> would change something and was not sent.`,
  );
  expect(reading.requests).toBe(0);
  await expect(reading.request({ method: 'GET', path: '/groups' })).resolves.toMatchObject({ body: [] });
  expect(reading.requests).toBe(1);
});
