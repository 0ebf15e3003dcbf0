import nock from 'nock';
import { createClient } from '../../../lib/cleverreach/endpoints';
import type { Requests } from '../../../lib/http/httpClient';
import { detail, type CleverReachApi } from '../../../lib/cleverreach/types';
import {
  ConfigurationError,
  NotFoundError,
  RecordError,
  RejectedError,
  UnexplainedError,
  TemporaryError,
} from '../../../lib/utils/errors';
import { bench, onTheWire, origin, thrownBy } from '../../support/http';

onTheWire();

const client = (): CleverReachApi => createClient(bench().http);
const v3 = (): nock.Scope => nock(`${origin}/v3`);
/** How many requests it takes until a call that meets a 502 rejects. */
async function requestsUntilFailure(call: (api: CleverReachApi) => Promise<unknown>): Promise<number> {
  nock(`${origin}/v3`).persist().post(/.*/).reply(502, '');
  const { http } = bench();
  expect(await thrownBy(call(createClient(http)))).toBeInstanceOf(TemporaryError);
  return http.requests;
}
const notFound = (message: string): object => ({ error: { code: 404, message } });

describe('a receiver of the account', () => {
  it.each([
    ['there', 200, [{ id: 7, email: 'jo@example.org' }], { id: '7' }],
    ['not there, with a 404', 404, notFound('Not Found: invalid receiver'), undefined],
    ['not there, with an empty list', 200, [], undefined],
  ])('is %s', async (_, status, body, expected) => {
    v3().get('/receivers/7').reply(status, body);
    const found = await client().receiverInAccount('7');
    expect(found && { id: found.id }).toEqual(expected);
  });

  it('is never another receiver, whatever the response contains', async () => {
    v3()
      .get('/receivers/7')
      .reply(200, [{ id: '8', email: 'bo@example.org' }]);
    expect(await thrownBy(client().receiverInAccount('7'))).toBeInstanceOf(TemporaryError);
  });

  it('is in some groups, in no group, or unknown', async () => {
    v3()
      .get('/receivers/7/groups')
      .reply(200, [{ id: 1046, name: 'News' }]);
    await expect(client().groupsOfReceiver('7')).resolves.toEqual([{ id: '1046', name: 'News' }]);
    v3().get('/receivers/7/groups').reply(200, []);
    await expect(client().groupsOfReceiver('7')).resolves.toEqual([]);
    v3().get('/receivers/7/groups').reply(404, notFound('Not Found'));
    await expect(client().groupsOfReceiver('7')).resolves.toBeUndefined();
  });
});

it('the list of groups includes the time of the CleverReach server', async () => {
  v3()
    .get('/groups')
    .reply(200, [{ id: 1, name: 'A' }], { Date: 'Thu, 01 Jan 2026 00:00:00 GMT' });
  await expect(client().groupList()).resolves.toEqual({ groups: [{ id: '1', name: 'A' }], serverTime: 1767225600 });
  v3().get('/groups').reply(200, [], { Date: 'soon' });
  await expect(client().groupList()).resolves.toEqual({ groups: [] });
});

describe('a page of receivers', () => {
  const query = { page: 0, pageSize: 500, detail: detail.events | detail.tags, orderBy: 'email asc' };
  const asked = { type: 'all', page: '0', pagesize: '500', detail: '5', order_by: 'email asc' };

  it('is requested with the parameter names of CleverReach', async () => {
    v3()
      .get('/groups/1046/receivers')
      .query(asked)
      .reply(200, [{ id: 7, email: 'jo@example.org' }]);
    const page = await client().receivers('1046', query);
    expect(page.receivers).toMatchObject([{ id: '7', email: 'jo@example.org', group_id: '1046' }]);
  });

  it('is requested without order_by if no order is given', async () => {
    v3().get('/groups/1046/receivers').query({ type: 'all', page: '1', pagesize: '5', detail: '0' }).reply(200, '[]');
    const unordered = { page: 1, pageSize: 5, detail: 0 };
    await expect(client().receivers('1046', unordered)).resolves.toEqual({ receivers: [], bytes: 2, milliseconds: 0 });
  });

  it.each([
    [500, 'set the field "pageSize" to a smaller number.'],
    [
      1,
      'receiver no. 18 of group 1046 (sorted by address) is larger than this on its own. ' +
        'Shorten its values in CleverReach, or remove it from the group.',
    ],
  ])('of %i has advice for an answer that is too large', async (pageSize, advice) => {
    const asked: (string | undefined)[] = [];
    const watched: Requests = {
      request: (wanted) => {
        asked.push(wanted.whenTooLarge);
        return Promise.resolve({ body: [], status: 200, bytes: 2, milliseconds: 0 });
      },
    };
    await createClient(watched).receivers('1046', { page: 17, pageSize, detail: 0 });
    expect(asked).toEqual([advice]);
  });

  it.each([
    [200, '[]'],
    [204, ''],
    [404, JSON.stringify(notFound('Not Found'))],
  ])('past the last one is empty if the response is %i %s', async (status, text) => {
    v3().get('/groups/1046/receivers').query(true).reply(status, text);
    await expect(client().receivers('1046', { ...query, page: 3 })).resolves.toMatchObject({ receivers: [] });
  });

  it('is an error when the group does not exist, at its first page', async () => {
    v3().get('/groups/1046/receivers').query(true).reply(404, notFound('Not Found'));
    expect(await thrownBy(client().receivers('1046', query))).toBeInstanceOf(NotFoundError);
  });

  it('is an error when the group was deleted during the read', async () => {
    v3().get('/groups/1046/receivers').query(true).reply(404, notFound('Not Found: invalid group'));
    expect(await thrownBy(client().receivers('1046', { ...query, page: 3 }))).toBeInstanceOf(NotFoundError);
  });

  it.each([0, 3])('passes a refused order on to the caller (page %i)', async (page) => {
    v3()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(400, { error: { code: 400, message: 'Bad Request: order_by' } });
    expect(await thrownBy(client().receivers('1046', { ...query, page }))).toMatchObject({
      name: 'RejectedError',
      status: 400,
    });
  });
});

describe('a look-up by list', () => {
  /** Responds to every request of a list; keeps the addresses of the requests. */
  function listing(
    parameter: 'id_list' | 'email_list',
    seen: string[],
    respond: (values: string[], path: string, query: URLSearchParams) => [status: number, body: string],
  ): void {
    v3()
      .persist()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(function (path) {
        seen.push(path);
        const query = new URL(path, origin).searchParams;
        return respond((query.get(parameter) ?? '').split(','), path, query);
      });
  }

  /** Answers each request with a receiver for each value asked for. */
  function answering(parameter: 'id_list' | 'email_list', seen: string[], longest = Infinity): void {
    listing(parameter, seen, (values, path, query) => {
      if (path.length > longest) return [414, 'URI Too Long'];
      const rows = values.map((value) =>
        parameter === 'id_list' ? { id: value, email: `${value}@example.org` } : { id: value, email: value },
      );
      return [200, JSON.stringify(rows.slice(0, Number(query.get('pagesize') ?? 50)))];
    });
  }

  it.each([400, 404, 405, 413, 422])('finds receivers one by one if lists are refused (%i)', async (status) => {
    v3()
      .persist()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(status, { error: { code: status, message: 'no' } });
    for (const id of ['1', '2'])
      v3()
        .get(`/groups/1046/receivers/${id}`)
        .reply(200, { id, email: `${id}@example.org` });
    v3().get('/groups/1046/receivers/3').reply(404, notFound('Not Found: invalid receiver'));
    const found = await client().receiversByIds('1046', ['1', '2', '3']);
    expect(found.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it.each([404, 400])('fails if the group no longer exists (%i)', async (status) => {
    v3()
      .persist()
      .get(/^\/v3\/groups\/1046\//)
      .reply(status, { error: { code: status, message: 'Not Found: invalid group' } });
    await expect(client().receiversByIds('1046', ['1', '2'])).rejects.toThrow(/invalid group/);
  });

  it('requests smaller lists from a server that refuses large ones', async () => {
    const seen: string[] = [];
    listing('id_list', seen, (ids) =>
      ids.length > 3
        ? [413, 'too large']
        : [200, JSON.stringify(ids.map((id) => ({ id, email: `${id}@example.org` })))],
    );
    const ids = numbered(10);
    expect((await client().receiversByIds('1046', ids)).map(({ id }) => id)).toEqual(ids);
    expect(seen).toHaveLength(7);
  });

  it('finds more than the 50 receivers of a default page, with URLs under 6,000 characters', async () => {
    const seen: string[] = [];
    answering('id_list', seen);
    const ids = numbered(1_700);
    const found = await client().receiversByIds('1046', ids);
    expect(found.map((one) => one.id)).toEqual(ids);
    expect(seen.length).toBeGreaterThan(1);
    for (const path of seen) expect(`${origin}${path}`.length).toBeLessThan(6_000);
    expect(seen[0]).toContain('detail=4');
  });

  it('requests each address once in lower case and once as spelled', async () => {
    const seen: string[] = [];
    answering('email_list', seen);
    await client().receiversByEmails('1046', ['Jo@Example.org', ' jo@example.org', 'b+c@example.org', '', ' ']);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('email_list=jo%40example.org,Jo%40Example.org,b%2Bc%40example.org');
    expect(seen[0]).toContain('pagesize=16');
  });

  it('keeps the URLs for long addresses under the limit', async () => {
    const seen: string[] = [];
    answering('email_list', seen);
    const emails = Array.from({ length: 150 }, (_none, index) => `${'ü'.repeat(20)}${index}@example.org`);
    const found = await client().receiversByEmails('1046', emails);
    expect(new Set(found.map(({ email }) => email.normalize('NFC')))).toEqual(new Set(emails));
    for (const path of seen) expect(`${origin}${path}`.length).toBeLessThan(6_000);
  });

  /** Answers with at most `limit` rows, of those values that `isThere`. */
  function cutting(limit: number, seen: string[], isThere: (id: number) => boolean = () => true): void {
    listing('id_list', seen, (ids) => {
      const rows = ids.map(Number).filter(isThere);
      return [200, JSON.stringify(rows.slice(0, limit).map((id) => ({ id })))];
    });
  }
  const numbered = (count: number): string[] => Array.from({ length: count }, (_none, index) => String(70_000 + index));

  it.each([10, 20, 25, 40, 50, 64, 100])('finds all receivers if a server returns at most %i rows', async (limit) => {
    const seen: string[] = [];
    cutting(limit, seen);
    const ids = numbered(230);
    const found = await client().receiversByIds('1046', ids);
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids);
    expect(seen.length).toBeLessThanOrEqual(Math.ceil(ids.length / limit) + 1);
  });

  it('requests a list in halves if the server refuses the length of the URL', async () => {
    const seen: string[] = [];
    answering('id_list', seen, 1_500);
    const found = await client().receiversByIds('1046', numbered(700));
    expect(found.map(({ id }) => id)).toEqual(numbered(700));
    expect(seen).toHaveLength(1 + 2 + 4);
  });

  it('treats no receiver past a limit as missing if many do not exist', async () => {
    const seen: string[] = [];
    cutting(50, seen, (id) => id % 2 === 0);
    const found = await client().receiversByIds('1046', numbered(230));
    expect(found).toHaveLength(115);
  });

  it.each([3, 49])('sends one request if %i rows are not the limit of a server', async (there) => {
    const seen: string[] = [];
    cutting(1_000, seen, (id) => id < 70_000 + there);
    await expect(client().receiversByIds('1046', numbered(100))).resolves.toHaveLength(there);
    expect(seen).toHaveLength(1);
  });

  /** Answers with pages of `stored`, of at most `limit` rows. */
  function paging(seen: string[], stored: readonly string[], limit = Infinity): void {
    listing('email_list', seen, (asked, _path, query) => {
      const keys = new Set(asked.map((email) => email.toLowerCase()));
      const size = Math.min(limit, Number(query.get('pagesize')));
      const start = size * Number(query.get('page'));
      const rows = [...stored.entries()].filter(([, email]) => keys.has(email.toLowerCase()));
      const page = rows.slice(start, start + size).map(([id, email]) => ({ id: id + 1, email }));
      return start > 0 && page.length === 0
        ? [404, JSON.stringify(notFound('Not Found'))]
        : [200, JSON.stringify(page)];
    });
  }
  /** An address in more spellings than a page has room for. */
  const spellings = (count: number): string[] =>
    Array.from(
      { length: count },
      (_none, index) =>
        Array.from('jonathan', (one, bit) => ((index >> bit) & 1 ? one.toUpperCase() : one)).join('') + '@example.org',
    );

  it.each([
    [11, 1],
    [12, 2],
    [24, 3],
    [200, 17],
  ])('finds all %i receivers with an address, with %i requests', async (count, requests) => {
    const seen: string[] = [];
    const stored = spellings(count);
    paging(seen, stored);
    const found = await client().receiversByEmails('1046', ['jonathan@example.org']);
    expect(found.map(({ email }) => email)).toEqual(stored);
    expect(seen).toHaveLength(requests);
  });

  it('reads on after a page of 10 rows if the list is shorter', async () => {
    const seen: string[] = [];
    const stored = [...spellings(12), 'zoe@example.org'];
    paging(seen, stored, 10);
    const found = await client().receiversByEmails('1046', ['jonathan@example.org', 'zoe@example.org']);
    expect(found.map(({ email }) => email)).toEqual(stored);
  });

  it('does not read on if the next page is the same, or has only other receivers', async () => {
    const seen: string[] = [];
    const stored = spellings(16);
    listing('email_list', seen, () => [200, JSON.stringify(stored.map((email, id) => ({ id: id + 1, email })))]);
    await expect(client().receiversByEmails('1046', ['jonathan@example.org'])).resolves.toHaveLength(16);
    expect(seen).toHaveLength(2);
  });

  it('omits, without a gap, a receiver that is looked up alone and does not exist', async () => {
    v3().get('/groups/1046/receivers/a%2Cb%40example.org').reply(404, notFound('Not Found: invalid receiver'));
    v3().get('/groups/1046/receivers/%22a%2Cb%22%40example.org').reply(200, []);
    // toEqual takes undefined in a list for nothing
    await expect(client().receiversByEmails('1046', ['a,b@example.org'])).resolves.toStrictEqual([]);
  });

  it('requests receivers of any state', async () => {
    v3()
      .get('/groups/1046/receivers')
      .query((query) => query['type'] === 'all')
      .reply(200, [{ id: '7' }]);
    await expect(client().receiversByIds('1046', ['7'])).resolves.toMatchObject([{ id: '7' }]);
  });

  it('looks up an address with a comma alone', async () => {
    v3().get('/groups/1046/receivers/%22a%2Cb%22%40example.org').reply(200, { id: 3, email: '"a,b"@example.org' });
    v3().get('/groups/1046/receivers/a%2Cb%40example.org').reply(404, notFound('Not Found: invalid receiver'));
    await expect(client().receiversByEmails('1046', ['"a,b"@example.org'])).resolves.toMatchObject([{ id: '3' }]);
  });

  it('ignores a row that was not requested', async () => {
    v3()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(200, [{ id: 1 }, { id: 2 }, { id: 2 }]);
    await expect(client().receiversByIds('1046', ['2'])).resolves.toMatchObject([{ id: '2' }]);
    v3()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(200, [
        { id: 1, email: 'bo@example.org' },
        { id: 2, email: 'Mia@example.org' },
      ]);
    const found = await client().receiversByEmails('1046', ['mia@example.org']);
    expect(found.map(({ id }) => id)).toEqual(['2']);
  });

  it('requests every form in which an address may be stored, and accepts each of them as an answer', async () => {
    const seen: string[] = [];
    answering('email_list', seen);
    const found = await client().receiversByEmails('1046', ['josé@müller.example']);
    const asked = new URL(seen[0] ?? '', origin).searchParams.get('email_list')?.split(',') ?? [];
    expect(asked).toEqual(
      ['josé', 'jose\u0301'].flatMap((local) =>
        ['xn--mller-kva', 'müller', 'mu\u0308ller'].map((domain) => `${local}@${domain}.example`),
      ),
    );
    expect(found.length).toBeGreaterThan(1);
  });

  it('finds each receiver of an address if a server returns at most 10 rows, and stores two forms as two receivers', async () => {
    const seen: string[] = [];
    const emails = Array.from({ length: 15 }, (_none, index) => `p${index}@müller.example`);
    const stored = ['xn--mller-kva', 'müller'].flatMap((domain) =>
      emails.map((_, index) => `p${index}@${domain}.example`),
    );
    listing('email_list', seen, (asked) => {
      const rows = [...stored.entries()].filter(([, email]) => asked.includes(email));
      return [200, JSON.stringify(rows.slice(0, 10).map(([id, email]) => ({ id: id + 1, email })))];
    });
    const found = await client().receiversByEmails('1046', emails);
    expect(found.map(({ email }) => email).toSorted()).toEqual(stored.toSorted());
  });

  it('keeps the URLs for all forms of many addresses under the limit', async () => {
    const seen: string[] = [];
    answering('email_list', seen);
    await client().receiversByEmails(
      '1046',
      Array.from({ length: 60 }, (_none, index) => `josé${index}@müller.example`),
    );
    const asked = seen.flatMap((path) => new URL(path, origin).searchParams.get('email_list')?.split(',') ?? []);
    expect(asked).toHaveLength(360);
    for (const path of seen) expect(`${origin}${path}`.length).toBeLessThan(6_000);
  });

  it.each([
    ['receiversByIds', '7', '/7'],
    ['receiversByEmails', 'Mia@example.org', '/mia%40example.org'],
  ] as const)(
    'whose response contains only other receivers does not show which receivers exist (%s)',
    async (look, asked, path) => {
      const mia = { id: 7, email: 'mia@example.org' };
      const others = (): nock.Scope =>
        v3()
          .get('/groups/1046/receivers')
          .query(true)
          .reply(200, [{ id: 1, email: 'bo@example.org' }]);
      const alone = (status: number, body: object): nock.Scope =>
        v3().get(`/groups/1046/receivers${path}`).reply(status, JSON.stringify(body));
      others();
      alone(200, mia);
      await expect(client()[look]('1046', [asked])).resolves.toMatchObject([{ id: '7' }]);
      others();
      alone(404, notFound('Not Found: invalid receiver'));
      await expect(client()[look]('1046', [asked])).resolves.toEqual([]);
      others();
      alone(200, [{ id: 1, email: 'bo@example.org' }]);
      expect(await thrownBy(client()[look]('1046', [asked]))).toBeInstanceOf(TemporaryError);
    },
  );

  it.each<unknown>([null, 'Not found', 7, {}, { error: { code: 404 } }, { id: ' ' }, { id: 'x'.repeat(101) }])(
    'is found beside a row that is not a receiver, and who is missing is looked up alone: %j',
    async (row) => {
      const answer = (rows: unknown[]): nock.Scope =>
        v3().get('/groups/1046/receivers').query(true).reply(200, JSON.stringify(rows));
      answer([{ id: 7 }, row, { id: 8 }]);
      await expect(client().receiversByIds('1046', ['7', '8'])).resolves.toMatchObject([{ id: '7' }, { id: '8' }]);
      answer([row, { id: 7 }]);
      v3().get('/groups/1046/receivers/8').reply(200, { id: 8 });
      v3().get('/groups/1046/receivers/9').reply(404, notFound('Not Found: invalid receiver'));
      await expect(client().receiversByIds('1046', ['7', '8', '9'])).resolves.toMatchObject([{ id: '7' }, { id: '8' }]);
      answer([row, row]);
      expect(await thrownBy(client().receiversByIds('1046', ['7', '8']))).toBeInstanceOf(TemporaryError);
    },
  );

  it('is an error with such a row in a page of a walk', async () => {
    v3()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(200, [{ id: 7 }, null]);
    const walk = { page: 0, pageSize: 5, detail: 0 };
    expect(await thrownBy(client().receivers('1046', walk))).toBeInstanceOf(TemporaryError);
  });

  it('of text that no URL can hold does not spoil that of the others', async () => {
    const seen: string[] = [];
    answering('email_list', seen);
    await expect(client().receiversByEmails('1046', ['\ud800@example.org', '😀@example.org'])).resolves.toMatchObject([
      { email: '😀@example.org' },
    ]);
  });

  it('of no receivers sends no request', async () => {
    await expect(client().receiversByIds('1046', [])).resolves.toEqual([]);
    await expect(client().receiversByEmails('1046', [' '])).resolves.toEqual([]);
  });
});

describe('the filter for changed receivers', () => {
  const query = { field: 'deactivated', after: 1_764_000_000, page: 2, pageSize: 1_000 } as const;

  it.each([
    ['all groups', []],
    ['some groups', ['1046', '1047']],
  ])('asks with one rule for inactive receivers too, without details: %s', async (_, groups) => {
    let sent: unknown;
    v3()
      .post('/receivers/filter', (body) => {
        sent = body;
        return true;
      })
      .reply(200, []);
    await expect(client().receiversChangedAfter(groups, query)).resolves.toEqual([]);
    expect(sent).toEqual({
      groups,
      operator: 'AND',
      activeonly: false,
      rules: [{ field: 'deactivated', logic: 'bg', condition: '1764000000' }],
      detail: 0,
      pagesize: 1_000,
      page: 2,
    });
  });

  it.each(['group_id', 'groups_id'])('returns receivers with their group, which the wire calls "%s"', async (name) => {
    v3()
      .post('/receivers/filter')
      .reply(200, [
        { id: 7, email: 'jo@example.org', deactivated: 1_764_000_005, [name]: 1046 },
        { id: 7, email: 'jo@example.org', deactivated: 1_764_000_005, [name]: 1047 },
      ]);
    const found = await client().receiversChangedAfter([], query);
    expect(found.map(({ id, group_id, deactivated }) => [id, group_id, deactivated])).toEqual([
      ['7', '1046', 1_764_000_005],
      ['7', '1047', 1_764_000_005],
    ]);
  });

  it('returns receivers without a group as they are', async () => {
    v3()
      .post('/receivers/filter')
      .reply(200, [{ id: 7, email: 'jo@example.org' }]);
    const [found] = await client().receiversChangedAfter([], query);
    expect(found).not.toHaveProperty('group_id');
  });

  it('is retried as a read is, although it is a POST', async () => {
    v3().post('/receivers/filter').reply(502, '');
    v3()
      .post('/receivers/filter')
      .reply(200, [{ id: 7, email: 'jo@example.org' }]);
    await expect(client().receiversChangedAfter([], query)).resolves.toHaveLength(1);
  });

  it('may be used by a client that rejects writes', async () => {
    v3().post('/receivers/filter').reply(200, []);
    const api = createClient(bench().http.readOnly);
    await expect(api.receiversChangedAfter([], query)).resolves.toEqual([]);
  });

  it.each<[number, string, new (...args: never[]) => Error]>([
    [400, 'Bad Request: unknown field', RejectedError],
    [404, 'Not Found', NotFoundError],
    [502, 'Bad Gateway', TemporaryError],
  ])('that is answered with %d is a typed error', async (status, message, type) => {
    v3()
      .persist()
      .post('/receivers/filter')
      .reply(status, { error: { code: status, message } });
    expect(await thrownBy(client().receiversChangedAfter([], query))).toBeInstanceOf(type);
  });
});

describe('one receiver', () => {
  it('is found by its address, which is one segment of the path', async () => {
    v3()
      .get('/groups/1046/receivers/a%2Fb%2Bc%25%40example.org')
      .reply(200, [{ id: 7, email: 'a/b+c%@example.org' }]);
    await expect(client().receiver('1046', 'A/b+c%@example.org')).resolves.toMatchObject({ id: '7' });
  });

  it.each([
    [404, notFound('Not Found: invalid receiver')],
    [200, []],
  ])('that does not exist is undefined (%i)', async (status, body) => {
    v3().get('/groups/1046/receivers/7').reply(status, body);
    await expect(client().receiver('1046', '7')).resolves.toBeUndefined();
  });

  it.each([404, 400])('is an error when a %i says that the group does not exist', async (status) => {
    const text = 'Not Found: invalid group';
    v3()
      .get('/groups/1046/receivers/7')
      .reply(status, { error: { code: status, message: text } });
    expect(await thrownBy(client().receiver('1046', '7'))).toBeInstanceOf(NotFoundError);
  });

  it.each([
    ['7', '/7'],
    ['mia@example.org', '/mia%40example.org'],
  ])('is found in a list with other receivers: %s', async (asked, path) => {
    const others = [
      { id: 1, email: 'bo@example.org' },
      { id: 7, email: 'Mia@Example.org' },
    ];
    v3().get(`/groups/1046/receivers${path}`).reply(200, others);
    await expect(client().receiver('1046', asked)).resolves.toMatchObject({ id: '7' });
    v3().get(`/groups/1046/receivers${path}`).reply(200, others.slice(0, 1));
    const error = await thrownBy(client().receiver('1046', asked));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toMatch(/cannot be read: a different receiver than the requested one\. Waiting may help/);
  });
});

describe('an id that is empty or leads elsewhere', () => {
  it.each(['', ' ', '.', '..'])('"%s" is refused before anything is sent', async (id) => {
    const all = v3().persist().get(/.*/).reply(200, '[]').put(/.*/).reply(200, 'true').delete(/.*/).reply(200, 'true');
    const { http } = bench();
    const api = createClient(http);
    expect(await thrownBy(api.deleteReceiver(id, '1046'))).toBeInstanceOf(RecordError);
    expect(await thrownBy(api.deleteReceiver('7', id))).toBeInstanceOf(ConfigurationError);
    expect(await thrownBy(api.deleteReceiver(id))).toBeInstanceOf(RecordError);
    expect(await thrownBy(api.receiver('1046', id))).toBeInstanceOf(RecordError);
    expect(await thrownBy(api.activateReceiver('1046', id))).toBeInstanceOf(RecordError);
    expect(await thrownBy(api.deactivateReceiver('1046', id))).toBeInstanceOf(RecordError);
    expect(await thrownBy(api.changeEmail(id, 'a@example.org'))).toBeInstanceOf(RecordError);
    expect(await thrownBy(api.groupAttributes(id))).toBeInstanceOf(ConfigurationError);
    expect(all.isDone()).toBe(false);
    expect(http.requests).toBe(0);
  });
});

describe('an upsert', () => {
  const rows = [{ email: 'a@example.org' }, { email: 'B@example.org' }, { email: 'c@example.org' }];
  const accepted = (answer: unknown, sent: readonly { email: string }[] = rows): Promise<unknown> => {
    v3().post('/groups/1046/receivers/upsertplus', JSON.stringify(sent)).reply(200, JSON.stringify(answer));
    return client().upsertReceivers('1046', sent);
  };

  it('matches full receivers by address, whatever their order and case, and names the missing row', async () => {
    await expect(
      accepted([
        { id: 3, email: 'C@Example.org' },
        { id: 2, email: 'b@example.org' },
      ]),
    ).resolves.toMatchObject([
      { ok: false, reason: expect.stringMatching(/rejected.*blocked.*limit/) as string },
      { ok: true, id: '2', receiver: { email: 'b@example.org', group_id: '1046' } },
      { ok: true, id: '3', receiver: { email: 'C@Example.org' } },
    ]);
  });

  it('gives both rows with the same address the same receiver', async () => {
    const twice = [{ email: 'a@example.org' }, { email: 'a@example.org' }];
    await expect(accepted([{ id: 1, email: 'a@example.org' }], twice)).resolves.toMatchObject([
      { ok: true, id: '1' },
      { ok: true, id: '1' },
    ]);
  });

  it('accepts an object as the response to an array of one', async () => {
    await expect(accepted({ id: 1, email: 'a@example.org' }, rows.slice(0, 1))).resolves.toMatchObject([
      { ok: true, id: '1' },
    ]);
  });

  it('reads results by position, where a bare string is a refusal', async () => {
    await expect(
      accepted([
        { status: 'insert success', id: '70211' },
        "invalid address 'B@example.org'; ",
        { status: 'duplicate address', id: 5 },
      ]),
    ).resolves.toEqual([
      { ok: true, id: '70211' },
      { ok: false, reason: expect.stringContaining('invalid address') as string },
      { ok: false, reason: expect.stringContaining('duplicate address') as string },
    ]);
  });

  it('names the reason for a refused row among full receivers', async () => {
    await expect(
      accepted([
        { id: 1, email: 'a@example.org' },
        "invalid address 'B@example.org'",
        { id: 3, email: 'c@example.org' },
      ]),
    ).resolves.toMatchObject([
      { ok: true },
      { ok: false, reason: expect.stringContaining('invalid address') as string },
      { ok: true },
    ]);
  });

  it('never assigns the receiver of another row to a row', async () => {
    await expect(
      accepted([
        { id: 1, email: 'a@example.org' },
        { id: 9, email: 'x@example.org' },
        { id: 3, email: 'c@example.org' },
      ]),
    ).resolves.toMatchObject([{ ok: true, id: '1' }, { ok: false }, { ok: true, id: '3' }]);
  });

  it.each([
    [
      'a bare text, without blanks around it',
      ' no such domain ',
      /^CleverReach rejected the record: no such domain\. Waiting does not help: /,
    ],
    ['a status', { status: 'blocked' }, /^CleverReach rejected the record: blocked\. Waiting does not help: /],
    ['nothing but blanks', '  ', /^CleverReach rejected the record without a reason, .* Waiting does not help: /],
    ['nothing', null, /^CleverReach rejected the record without a reason, .* Waiting does not help: /],
    [
      'a success without an id',
      { status: 'insert success' },
      /^CleverReach rejected the record without a reason, .* Waiting does not help: /,
    ],
  ])('states why a row was refused if the response does: %s', async (_how, item, reason) => {
    const answer = [{ id: 1, email: ' A@example.org ' }, item, { id: 3 }];
    await expect(accepted(answer)).resolves.toMatchObject([
      { ok: true, id: '1' },
      { ok: false, reason: expect.stringMatching(reason) as string },
      { ok: true, id: '3' },
    ]);
  });

  it('matches a receiver without an address by position', async () => {
    await expect(accepted([{ status: 'insert success', id: 'x1' }, { id: 2 }, { id: 3 }])).resolves.toEqual([
      { ok: true, id: 'x1' },
      { ok: true, id: '2' },
      { ok: true, id: '3' },
    ]);
  });

  it('fails each row if no row was accepted', async () => {
    await expect(accepted([])).resolves.toMatchObject([{ ok: false }, { ok: false }, { ok: false }]);
  });

  it('is an error if the results cannot be matched to the rows', async () => {
    const what = 'CleverReach answered POST /groups/1046/receivers/upsertplus with something that cannot be read: ';
    const few = await thrownBy(accepted([{ status: 'insert success', id: 1 }]));
    expect(few).toBeInstanceOf(TemporaryError);
    expect(few.message).toContain(
      `${what}1 results for 3 rows, and no way to match them to the rows. Waiting may help`,
    );
    v3().post('/groups/1046/receivers/upsertplus').reply(200, '');
    const empty = await thrownBy(client().upsertReceivers('1046', rows));
    expect(empty).toBeInstanceOf(TemporaryError);
    expect(empty.message).toContain(`${what}an empty response. Waiting may help`);
  });

  it.each([false, null])('that is answered with %s as a whole is refused', async (answer) => {
    expect(await thrownBy(accepted(answer))).toMatchObject({ name: 'UnexplainedError' });
  });

  it('with too many rows fails with its status', async () => {
    v3()
      .post('/groups/1046/receivers/upsertplus')
      .reply(413, { error: { code: 413, message: 'too large' } });
    expect(await thrownBy(client().upsertReceivers('1046', rows))).toMatchObject({
      name: 'RejectedError',
      status: 413,
    });
  });

  it('of no rows sends no request', async () => {
    await expect(client().upsertReceivers('1046', [])).resolves.toEqual([]);
  });

  it('is retried after a failure', async () => {
    v3().post('/groups/1046/receivers/upsertplus').reply(502, '');
    await expect(accepted([{ id: 1, email: 'a@example.org' }], rows.slice(0, 1))).resolves.toHaveLength(1);
  });

  it('is not retried if it increments a number, which would be incremented twice', async () => {
    const raised = { email: 'a@example.org', attributes: { visits: '+1' } };
    const named = { email: 'a@example.org', attributes: { visits: '1' } };
    const lowered = { email: 'b@example.org', global_attributes: { visits: '- 5' } };
    expect(await requestsUntilFailure((api) => api.upsertReceivers('1046', [raised]))).toBe(1);
    expect(await requestsUntilFailure((api) => api.upsertReceivers('1046', [named, lowered]))).toBe(1);
    expect(await requestsUntilFailure((api) => api.upsertReceivers('1046', [named]))).toBe(6);
  });

  it.each(['2024+1', '+x5', '+49 171 a'.slice(1)])('is retried if a value only contains a sign: %s', async (visits) => {
    const row = { email: 'a@example.org', attributes: { visits } };
    expect(await requestsUntilFailure((api) => api.upsertReceivers('1046', [row]))).toBe(6);
  });
});

describe('single writes', () => {
  it('create no receiver that the response does not name', async () => {
    const answers = [{ id: 1, email: 'b@example.org' }, [{ id: 1, email: '' }], { id: 1 }];
    for (const answer of answers) {
      v3().post('/groups/1046/receivers').reply(201, JSON.stringify(answer));
      expect(await thrownBy(client().createReceiver('1046', { email: 'a@example.org' }))).toBeInstanceOf(
        TemporaryError,
      );
    }
  });

  it('create a receiver, and never create it twice', async () => {
    v3().post('/groups/1046/receivers', { email: 'a@example.org' }).reply(201, { id: 1, email: 'a@example.org' });
    await expect(client().createReceiver('1046', { email: 'a@example.org' })).resolves.toMatchObject({
      id: '1',
      group_id: '1046',
    });
    expect(await requestsUntilFailure((api) => api.createReceiver('1046', { email: 'a@example.org' }))).toBe(1);
  });

  it('recognise a duplicate', async () => {
    v3()
      .post('/groups/1046/receivers')
      .reply(400, { error: { code: 400, message: 'Bad Request: duplicate address' } });
    expect(await thrownBy(client().createReceiver('1046', { email: 'a@example.org' }))).toMatchObject({
      duplicate: true,
    });
  });

  it('activate by a PUT without a body', async () => {
    const scope = v3().put('/groups/1046/receivers/7/activate', '').reply(200, 'true');
    await client().activateReceiver('1046', '7');
    expect(scope.isDone()).toBe(true);
  });

  it('deactivate by a PUT without a body', async () => {
    const scope = v3().put('/groups/1046/receivers/7/deactivate', '').reply(200, 'true');
    await client().deactivateReceiver('1046', '7');
    expect(scope.isDone()).toBe(true);
  });

  it('change an address in all groups', async () => {
    const scope = v3().put('/receivers/7/email', { email: 'new@example.org' }).reply(200, 'true');
    await client().changeEmail('7', 'new@example.org');
    expect(scope.isDone()).toBe(true);
  });

  it('delete from one group, or from all', async () => {
    v3().delete('/groups/1046/receivers/7').reply(200, 'true').delete('/receivers/7').reply(200, 'true');
    await expect(client().deleteReceiver('7', '1046')).resolves.toBe('deleted');
    await expect(client().deleteReceiver('7')).resolves.toBe('deleted');
  });

  it('find that the receiver to delete no longer exists', async () => {
    v3().delete('/groups/1046/receivers/7').reply(404, notFound('Not Found: invalid receiver'));
    await expect(client().deleteReceiver('7', '1046')).resolves.toBe('gone');
  });

  it('do not treat "false" as a deletion', async () => {
    v3().delete('/receivers/7').reply(200, 'false');
    expect(await thrownBy(client().deleteReceiver('7'))).toBeInstanceOf(UnexplainedError);
  });
});

describe('the double-opt-in mail', () => {
  const circumstances = { user_ip: '198.51.100.7', referer: 'https://example.org/', user_agent: 'Flow' };
  const sending = (): Promise<string> => client().sendActivationMail('55', 'a@example.org', circumstances);

  it('is sent with the circumstances of the consent', async () => {
    const scope = v3()
      .post('/forms/55/send/activate', { email: 'a@example.org', doidata: circumstances })
      .reply(200, { success: true });
    expect(await sending()).toBe('sent');
    expect(scope.isDone()).toBe(true);
  });

  it('is not sent to a receiver that is active already', async () => {
    v3()
      .post('/forms/55/send/activate')
      .reply(400, { error: { code: 400, message: 'Bad Request: user already active' } });
    await expect(sending()).resolves.toBe('already active');
  });

  it('fails temporarily if a gateway, not CleverReach, answers "already active"', async () => {
    v3()
      .post('/forms/55/send/activate')
      .reply(503, { error: { code: 503, message: 'pool already active' } });
    expect(await thrownBy(sending())).toBeInstanceOf(TemporaryError);
  });

  it('is never sent twice', async () => {
    expect(await requestsUntilFailure((api) => api.sendActivationMail('55', 'a@example.org', circumstances))).toBe(1);
  });

  it.each([false, 'false', 0])('is an error when CleverReach reports that it was not sent: %j', async (success) => {
    v3().post('/forms/55/send/activate').reply(200, { success });
    const error = await thrownBy(sending());
    expect(error).toBeInstanceOf(RejectedError);
    expect(error.message).toBe('CleverReach did not send the double-opt-in mail of form 55.');
  });
});

describe('the flows of an account', () => {
  const FLOW = '3f2b8c1e-5d4a-4e7b-9a60-1c2d3e4f5a6b';
  const flowApi = (): nock.Scope => nock(`${origin}/flow`);
  const row = { id: FLOW, name: 'Sign-up', playbook: 'doi', setup: { groupid: 1046 } };
  const known = { id: FLOW, name: 'Sign-up', playbook: 'doi', groupId: '1046' };

  it('are read outside of /v3, with the token of the account', async () => {
    nock(origin, { reqheaders: { authorization: /^Bearer / } })
      .get('/flow/flow')
      .reply(200, [row]);
    await expect(client().flows()).resolves.toEqual([known]);
  });

  it.each([FLOW, ` ${FLOW.toUpperCase()} `])('are looked up by the id %j', async (id) => {
    flowApi()
      .get(`/flow/${FLOW}`)
      .reply(200, { ...row, id: id.trim() });
    await expect(client().flow(id)).resolves.toEqual(known);
  });

  it.each([
    ['with a 404', 404, notFound('Not Found')],
    ['with another flow', 200, { ...row, id: 'x' }],
    ['with an empty list', 200, []],
  ])('do not contain a flow if CleverReach answers %s', async (_, status, body) => {
    flowApi().get(`/flow/${FLOW}`).reply(status, body);
    await expect(client().flow(FLOW)).resolves.toBeUndefined();
  });

  it('send their mail to the address as receiver_id', async () => {
    const doidata = { user_ip: '198.51.100.7', referer: 'https://example.org/', user_agent: 'Flow' };
    const scope = flowApi().post(`/flow/${FLOW}/send`, { receiver_id: 'a@example.org', doidata }).reply(200, '');
    await expect(client().sendActivationMail(FLOW, 'a@example.org', doidata)).resolves.toBe('sent');
    expect(scope.isDone()).toBe(true);
    flowApi().post(`/flow/${FLOW}/send`).reply(200, { success: false });
    const error = await thrownBy(client().sendActivationMail(FLOW, 'a@example.org', doidata));
    expect(error.message).toBe(`CleverReach did not send the double-opt-in mail of flow ${FLOW}.`);
  });

  it('name their own path in an error', async () => {
    flowApi()
      .get('/flow')
      .reply(403, { error: { code: 403, message: 'Forbidden' } });
    expect((await thrownBy(client().flows())).message).toContain('does not allow GET /flow/flow (403)');
    flowApi().get(`/flow/${FLOW}`).reply(200, '"a text"');
    expect((await thrownBy(client().flow(FLOW))).message).toContain('GET /flow/flow/… with something that');
  });
});

describe('an entry of a block list', () => {
  const entry = { email: 'Jo@example.org', comment: '', stamp: 5, isLocked: false };

  it.each<[string, number, string | object[] | object, boolean]>([
    ['is listed', 200, entry, true],
    ['is listed in a list', 200, [{ email: 'bo@example.org' }, entry], true],
    ['is listed with its domain', 200, { email: '*@example.org' }, true],
    ['is not listed if the answer is a 404', 404, notFound('Not Found'), false],
    ['is not listed if the answer has other entries only', 200, [{ email: '*@example.com' }, { comment: 'jo' }], false],
    ['is not listed if the answer is empty', 204, '', false],
  ])('%s', async (_, status, body, isBlocked) => {
    v3().get('/blacklist/jo%40example.org').reply(status, body);
    await expect(client().isBlocked('jo@example.org')).resolves.toBe(isBlocked);
  });

  it('is looked up in the list of a group, and for a whole domain', async () => {
    v3()
      .get('/groups/1046/blacklist/*%40example.org')
      .reply(200, { ...entry, email: '*@EXAMPLE.org' });
    await expect(client().isBlocked('*@example.org', '1046')).resolves.toBe(true);
  });

  it('is an error if the list may not be read', async () => {
    v3()
      .get('/blacklist/jo%40example.org')
      .reply(403, { error: { code: 403, message: 'Forbidden' } });
    const error = await thrownBy(client().isBlocked('jo@example.org'));
    expect(error.message).toContain('does not allow GET /v3/blacklist/<address> (403)');
  });
});

describe('an answer that cannot be read', () => {
  const row = { email: 'a@example.org' };
  const page = { page: 0, pageSize: 1, detail: detail.tags };
  const calls: [string, (api: CleverReachApi) => Promise<unknown>][] = [
    ['GET /debug/whoami', (api) => api.whoami()],
    ['GET /groups', (api) => api.groups()],
    ['GET /forms', (api) => api.forms()],
    ['GET /groups/1046/forms', (api) => api.groupForms('1046')],
    ['GET /attributes', (api) => api.attributes()],
    ['GET /groups/1046/attributes', (api) => api.groupAttributes('1046')],
    ['GET /groups/1046/receivers', (api) => api.receivers('1046', page)],
    ['GET /groups/1046/receivers', (api) => api.receiversByIds('1046', ['7'])],
    ['GET /groups/1046/receivers/…', (api) => api.receiver('1046', '7')],
    [
      'POST /receivers/filter',
      (api) => api.receiversChangedAfter([], { field: 'bounced', after: 5, page: 0, pageSize: 1 }),
    ],
    ['POST /groups/1046/receivers', (api) => api.createReceiver('1046', row)],
    ['POST /groups/1046/receivers/upsertplus', (api) => api.upsertReceivers('1046', [row])],
  ];

  it.each(calls)('is a temporary error that names the request: %s', async (request, call) => {
    const [method = '', path = ''] = request.split(' ');
    const address = `/v3${path.replace('…', '7')}`;
    nock(origin)
      .intercept((uri) => uri.split('?')[0] === address, method)
      .reply(200, '"a text"');
    const error = await thrownBy(call(client()));
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toContain(`CleverReach answered ${request} with something that cannot be read: `);
  });

  it('is a page with a row that is not a receiver; the error names its position in the group', async () => {
    v3()
      .get('/groups/1046/receivers')
      .query(true)
      .reply(200, JSON.stringify([{ id: '7', email: 'a@example.org' }, { id: {} }]));
    const error = await thrownBy(client().receivers('1046', { page: 3, pageSize: 500, detail: detail.tags }));
    expect(error.message).toContain(
      'GET /groups/1046/receivers with something that cannot be read: a row without an id (no. 1502 of the list)',
    );
  });

  it('is an empty response to the creation of a receiver', async () => {
    v3().post('/groups/1046/receivers').reply(200, '');
    expect((await thrownBy(client().createReceiver('1046', row))).message).toContain(
      'CleverReach answered POST /groups/1046/receivers with something that cannot be read: an empty response. Waiting may help',
    );
  });
});

describe('the data of an account', () => {
  it('is read from one path each', async () => {
    v3()
      .get('/debug/whoami')
      .reply(200, { id: '300417', company: 'Muster GmbH', email: 'mia@example.org', login_domain: 'x' });
    v3()
      .get('/groups')
      .reply(200, [{ id: '1046', name: 'Newsletter' }]);
    v3()
      .get('/attributes')
      .reply(200, [{ id: 1, name: 'firstname', type: 'text' }]);
    v3().get('/groups/1046/attributes').reply(200, []);
    v3()
      .get('/forms')
      .reply(200, [{ id: 301, name: 'Sign-up', customer_tables_id: '1046' }]);
    v3()
      .get('/groups/1046/forms')
      .reply(200, [{ id: '301', name: 'Sign-up' }]);
    const api = client();
    await expect(api.whoami()).resolves.toMatchObject({ id: '300417', company: 'Muster GmbH' });
    await expect(api.groups()).resolves.toEqual([{ id: '1046', name: 'Newsletter' }]);
    await expect(api.attributes()).resolves.toEqual([{ name: 'firstname', type: 'text' }]);
    await expect(api.groupAttributes('1046')).resolves.toEqual([]);
    await expect(api.forms()).resolves.toEqual([{ id: '301', name: 'Sign-up', groupId: '1046' }]);
    await expect(api.groupForms('1046')).resolves.toEqual([{ id: '301', name: 'Sign-up' }]);
  });
});
