import { Readable } from 'node:stream';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { closeAll, connect } from '../../support/sandbox/client';

afterEach(closeAll);

/** The size of the body that arrives, also of one that breaks off. */
async function received(sandbox: Sandbox, path: string, method = 'GET'): Promise<number> {
  const headers = { authorization: `Bearer ${sandbox.issueToken().access_token}` };
  let size = 0;
  try {
    const response = await fetch(`${sandbox.url}${path}`, { method, headers });
    for await (const part of Readable.fromWeb(response.body as never)) size += Buffer.from(part as Uint8Array).length;
  } catch {
    // the connection broke
  }
  return size;
}

test.each([
  ['a list', '/v3/groups/1046/receivers?detail=7', 'GET'],
  ['an error', '/v3/groups/7/receivers', 'GET'],
  ['a route that does not exist', '/v3/nowhere', 'GET'],
  ['a word', '/v3/debug/validate', 'GET'],
  ['a deletion', '/v3/groups/1046', 'DELETE'],
])('the bytes of a response are those that arrive: %s', async (_, path, method) => {
  const { sandbox } = await connect();
  sandbox.seed({ receivers: 20 });
  const size = await received(sandbox, path, method);
  expect(size).toBeGreaterThan(0);
  expect(sandbox.requests.map(({ bytes }) => bytes)).toEqual([size]);
});

test.each([
  ['an empty response', {}],
  ['a truncated response', { fault: { kind: 'truncate' } }],
  ['a response that breaks off', { fault: { kind: 'truncate', connection: 'closed' } }],
  ['a dropped connection', { fault: { kind: 'drop' } }],
  ['a connection dropped after the work', { fault: { kind: 'drop', applied: true } }],
  ['a page of a proxy', { fault: { kind: 'html' } }],
  ['a status with a body', { fault: { kind: 'status', status: 503, body: { error: 'ü' } } }],
] as const)('the bytes of a response are counted even with a fault: %s', async (_, setting: { fault?: object }) => {
  const { sandbox } = await connect({ emptyGroup: '204' });
  sandbox.seed({ receivers: setting.fault ? 20 : 0 });
  if (setting.fault) sandbox.faults.add({ path: '/groups/:gid/receivers', ...setting.fault } as never);
  const size = await received(sandbox, '/v3/groups/1046/receivers');
  expect(sandbox.requests.map(({ bytes }) => bytes)).toEqual([size]);
});

test.each([true, false])(
  'the bytes of responses are summed by method and route, even in a long run (record: %s)',
  async (record) => {
    const sandbox = await startSandbox({ record });
    sandbox.seed({ receivers: 60 });
    const pages = [
      await received(sandbox, '/v3/groups/1046/receivers'),
      await received(sandbox, '/v3/groups/1046/receivers?page=1'),
    ];
    const groups = await received(sandbox, '/v3/groups');
    const sum = (pages[0] ?? 0) + (pages[1] ?? 0);
    expect(sandbox.bytes({ method: 'get', path: '/groups/:gid/receivers' })).toBe(sum);
    expect(sandbox.bytes()).toBe(sum + groups);
    expect(sandbox.bytes({ method: 'POST' })).toBe(0);
    sandbox.forgetRequests();
    expect(sandbox.bytes()).toBe(0);
    await sandbox.close();
  },
);
