import { Faults, maintenancePage } from '../../../sandbox/faults';
import { faultText, parseFault } from '../../../sandbox/faultText';
import { closeAll, connect } from '../../support/sandbox/client';

afterEach(closeAll);

describe('a fault as text', () => {
  test.each([
    ['429 retry-after=3 on GET /groups every 5', { kind: 'status', status: 429, method: 'GET', every: 5 }],
    ['503 on /groups/:gid/receivers times 2', { kind: 'status', status: 503, times: 2 }],
    ['delay=2000 on POST /groups/*/receivers/upsertplus', { kind: 'delay', ms: 2000, times: Infinity }],
    ['drop on DELETE /receivers/* after 1 every 2 times 3', { kind: 'drop', after: 1, every: 2, times: 3 }],
    ['503 html on * times 1', { kind: 'status', status: 503, body: maintenancePage }],
    ['502 html retry-after=9 on /groups', { kind: 'status', body: maintenancePage, headers: { 'retry-after': '9' } }],
    ['html on GET /groups every 2', { kind: 'html', method: 'GET', every: 2 }],
    ['418 on *', { kind: 'status', status: 418, path: /^.*$/ }],
  ])('is parsed, and written again as it was: %s', (text, fault) => {
    expect(parseFault(text)).toMatchObject(fault);
    expect(faultText(parseFault(text))).toBe(text);
  });

  test('may have other spaces and letters in another case', () => {
    expect(faultText(parseFault('  Drop  ON get   /groups  EVERY 2 '))).toBe('drop on GET /groups every 2');
  });

  test.each([
    ['', 'it has no "on" with a path'],
    ['429 GET /groups', 'it has no "on" with a path'],
    ['slow on /groups', 'it must begin with a status (400 to 599), html, delay=<milliseconds> or drop'],
    ['200 on /groups', 'it must begin with a status'],
    ['delay=long on /groups', 'delay needs milliseconds'],
    ['delay=900000000 on /groups', 'delay needs milliseconds, 0 to 600000'],
    ['drop now on /groups', '"now" before "on" has no meaning'],
    ['429 retry-after=soon on /groups', 'only html and retry-after=<seconds> are allowed between'],
    ['503 html page on /groups', 'only html and retry-after=<seconds> are allowed between'],
    ['html retry-after=3 on /groups', '"retry-after=3" before "on" has no meaning'],
    ['429 on GET', '"on" needs a path'],
    ['429 on groups', '"on" needs a path'],
    ['429 on /groups?page=0', '"on" needs a path without a query'],
    ['429 on /groups every', '"every" needs a whole number from 1'],
    ['429 on /groups every 0', '"every" needs a whole number from 1'],
    ['429 on /groups often 3', '"often" is not one of after, every, times'],
  ])('is refused with a reason and an example: %j', (text, why) => {
    expect(() => parseFault(text)).toThrow(`Invalid fault "${text}": `);
    expect(() => parseFault(text)).toThrow(why);
    expect(() => parseFault(text)).toThrow('Example: 429 retry-after=3 on GET /groups every 5');
  });
});

describe('the faults of a sandbox', () => {
  const statuses = async (text: string, requests: number): Promise<number[]> => {
    const { sandbox, get } = await connect();
    sandbox.faults.add(parseFault(text));
    const all: number[] = [];
    for (let number = 0; number < requests; number += 1) all.push((await get('/groups')).status);
    return all;
  };

  test('affect every nth request', async () => {
    expect(await statuses('429 on GET /groups every 3', 7)).toEqual([200, 200, 429, 200, 200, 429, 200]);
  });

  test('end after a number of requests, and begin after another', async () => {
    expect(await statuses('503 on /groups after 1 times 2', 5)).toEqual([200, 503, 503, 200, 200]);
    expect(await statuses('503 on * every 2 times 1', 5)).toEqual([200, 503, 200, 200, 200]);
  });

  test.each([
    ['503 html retry-after=3 on /groups', 503, '3'],
    ['html on /groups', 200, null],
  ])('answer with an HTML page: %s', async (text, status, wait) => {
    const { sandbox, token } = await connect();
    sandbox.faults.add(parseFault(text));
    const answer = await fetch(`${sandbox.url}/v3/groups`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('retry-after')).toBe(wait);
    expect(await answer.text()).toContain('We will be back soon');
  });

  test('answer with the status, its header and an error as CleverReach writes it', async () => {
    const { sandbox, get } = await connect();
    sandbox.faults.add(parseFault('429 retry-after=3 on GET /gro*'));
    const { status, body, headers } = await get('/groups');
    expect([status, body]).toEqual([429, { error: { code: 429, message: 'Too Many Requests' } }]);
    expect(headers.get('retry-after')).toBe('3');
    expect((await get('/attributes')).status).toBe(200);
  });

  test('match a path with characters that a pattern could mean in another way', () => {
    const faults = new Faults();
    faults.add(parseFault('503 on /receivers/a.b+c@*'));
    expect(faults.take('GET', '/v3/receivers/axb+c@example.org', undefined)).toBeUndefined();
    expect(faults.take('GET', '/v3/receivers/a.b+c@example.org', undefined)).toMatchObject({ status: 503 });
  });

  test('let a request pass on to the next fault if it is not their turn', () => {
    const faults = new Faults();
    faults.add(parseFault('503 on /groups every 2'));
    faults.add(parseFault('429 on /groups'));
    const take = () => faults.take('GET', '/v3/groups', undefined);
    expect([take(), take(), take()]).toMatchObject([{ status: 429 }, { status: 503 }, { status: 429 }]);
    expect(faults.list.map(({ hits }) => hits)).toEqual([1, 2]);
  });

  test('can be removed by their id, once', () => {
    const faults = new Faults();
    const [first, second] = [faults.add(parseFault('503 on *')), faults.add(parseFault('429 on *'))];
    expect([faults.remove(first), faults.remove(first), faults.pending]).toEqual([true, false, 1]);
    expect(faults.list.map(({ id }) => id)).toEqual([second]);
  });
});
