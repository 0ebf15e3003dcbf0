import { closeAll, column, connect } from '../../support/sandbox/client';

afterEach(closeAll);

/** Legal by RFC 5321, though each means something in an address of the web, a list, or a pattern. */
const addresses = [
  "o'brien@example.org",
  'jo+tag@example.org',
  '50%off@example.org',
  '100%25@example.org',
  'a/b@example.org',
  'a?b@example.org',
  'a#b@example.org',
  'a&b=c@example.org',
  "!$*-/=?^_`{|}~'@example.org",
  'Upper.Case@Example.ORG',
  'data.json@example.org',
  '*@example.org.example.com',
  '"a,b"@example.org',
  '"a b"@example.org',
  '"a@b"@example.org',
  '"a\\"b"@example.org',
  '"sql\'; --"@example.org',
  'jörg@müller.example',
];

describe.each(addresses)('the address %s', (email) => {
  const path = encodeURIComponent(email).replaceAll("'", '%27');

  test('is created only once, by each kind of create', async () => {
    const { call, sandbox } = await connect();
    for (const name of ['', '/insert', '/upsert', '/upsertplus']) {
      const group = sandbox.account.addGroup(name);
      const answer = await call('POST', `/groups/${group}/receivers${name}`, name === '' ? { email } : [{ email }]);
      expect(answer.status).toBe(200);
      expect(sandbox.account.receivers(group)).toMatchObject([{ email }]);
    }
    expect((await call('POST', '/receivers/isvalid', { emails: [email] })).body).toEqual([email]);
  });

  test('is found in the path, percent-encoded completely or only as far as necessary', async () => {
    const { call, get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    const id = sandbox.account.addReceiver(group, { email });
    const barely = path.replaceAll('%40', '@').replaceAll('%27', "'").replaceAll('%2B', '+');
    for (const one of new Set([path, barely])) {
      expect((await get(`/groups/${group}/receivers/${one}`)).body).toMatchObject({ id, email });
      expect((await get(`/receivers/${one}`)).body).toMatchObject({ id, email });
      expect((await get(`/receivers.json/${one}/groups.json/`)).status).toBe(200);
    }
    expect((await call('PUT', `/receivers/${path}/email`, { email: 'new@example.org' })).status).toBe(200);
    expect((await call('PUT', `/receivers/new@example.org/email`, { email })).body).toMatchObject({ id, email });
    expect((await call('DELETE', `/groups/${group}/receivers/${path}`)).status).toBe(200);
    expect(sandbox.account.size(group)).toBe(0);
  });

  test('is found by a filter, and in a list if it contains no comma', async () => {
    const { call, get, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    sandbox.account.addReceiver(group, { email });
    sandbox.account.addReceiver(group, { email: 'other@example.com' });
    for (const logic of ['eq', 'EQ', 'contains']) {
      const body = { groups: [group], rules: [{ field: 'email', logic, condition: email }] };
      expect(column(await call('POST', '/receivers/filter', body), 'email')).toEqual([email]);
    }
    const listed = column(await get(`/groups/${group}/receivers?email_list=${path},other@example.com`), 'email');
    expect(listed).toEqual(email.includes(',') ? ['other@example.com'] : [email, 'other@example.com']);
  });

  test('can be blocked, deleted in bulk, and edited on the page', async () => {
    const { call, sandbox } = await connect();
    const group = sandbox.account.addGroup('A');
    const id = sandbox.account.addReceiver(group, { email: 'other@example.com' });
    const page = `${sandbox.url}/sandbox/groups/${group}/receivers`;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ email });
    expect((await fetch(page, { method: 'POST', headers, body })).status).toBe(200);
    expect((await call('POST', `/groups/${group}/receivers/delete`, [email])).body).toEqual([{ status: 'success' }]);
    expect((await fetch(`${page}/${id}`, { method: 'PUT', headers, body })).status).toBe(204);
    expect((await call('POST', '/receivers/delete', { receivers: [email] })).body).toEqual([{ status: 'success' }]);
    expect((await call('POST', '/blacklist', { email })).status).toBe(200);
    expect((await call('POST', `/groups/${group}/receivers`, { email })).status).toBe(403);
    expect((await call('POST', `/groups/${group}/receivers`, { email: 'x.y@example.org' })).status).toBe(200);
    expect((await call('DELETE', `/blacklist/${path}`)).status).toBe(200);
    expect((await call('POST', `/groups/${group}/receivers`, { email })).status).toBe(200);
  });
});

test.each([
  '',
  'nope',
  '@example.org',
  'a@',
  'a@b@example.org',
  'a b@example.org',
  'a,b@example.org',
  'a;b@example.org',
  '<a@example.org>',
  '"a@example.org',
  '""@example.org',
  '"a"b@example.org',
  "a@exam'ple.org",
  'a@example..org',
  'a@.example.org',
  `${'a'.repeat(250)}@example.org`,
])('%s is refused as an address', async (email) => {
  const { call, sandbox } = await connect();
  const group = sandbox.account.addGroup('A');
  const single = await call('POST', `/groups/${group}/receivers`, { email });
  expect([single.status, JSON.stringify(single.body)]).toEqual([400, expect.stringContaining('invalid address')]);
  expect((await call('POST', '/receivers/isvalid', { emails: [email] })).body).toEqual([]);
  expect(sandbox.account.size(group)).toBe(0);
});
