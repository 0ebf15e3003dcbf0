/**
 * Whatever id a response of the API contains, no error and no line of the log shows it if it may be an address or a
 * token.
 */

import type { RequestListener } from 'node:http';
import { process as pollOne } from '../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { process as upsert } from '../../lib/actions/upsertReceiver';
import { verify } from '../../lib/verifyCredentials';
import { messageOf } from '../../lib/utils/errors';
import { shownId } from '../../lib/utils/ids';
import type { RuntimeContext } from '../../lib/platform/runtimeContext';
import { withServer } from '../support/http';
import { FakeRuntime } from '../support/runtime';
import { EVERY_TYPE } from '../support/everyType';

const ids = ['Jo Doe, Main Street 7', 'AKIAIOSFODNN7EXAMPLE', 'my-secret-id', '+49 170 1234567'];
type Fields = Record<string, unknown>;
type Answer = [status: number, body: unknown];

/** All groups, forms and receivers have the same id. */
function account(id: string, overrides: Record<string, Answer> = {}): RequestListener {
  const receiver = { id, email: 'jo@example.org', group_id: id, registered: 1_600_000_000, activated: 1_600_000_000 };
  const named = { id, name: 'Newsletter' };
  const answers: Record<string, Answer> = {
    'GET whoami': [200, { id, company: 'Example', email: 'owner@example.org' }],
    'GET groups': [200, [named, { id: '2', name: 'Double' }, { id, name: 'double' }]],
    'GET forms': [200, [{ ...named, customer_tables_id: id }]],
    'GET attributes': [200, []],
    'GET receivers': [200, [{ ...receiver, active: true, attributes: { firstname: 'Jo' } }]],
    'GET other': [404, ''],
    ...overrides,
  };
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    const last = pathname.split('/').at(-1) ?? '';
    const isPast = Number(searchParams.get('page') ?? 0) > 0;
    const key = `${request.method ?? ''} ${last}`;
    const [status, body] = isPast
      ? [200, []]
      : (answers[key] ?? answers[`${request.method ?? ''} other`] ?? [200, receiver]);
    request.resume();
    response.writeHead(status).end(JSON.stringify(body));
  };
}

/** The logs and errors of one call, or of several. */
async function said(
  process: ConstructorParameters<typeof FakeRuntime>[1],
  fields: Fields,
  listener: RequestListener,
  message: unknown = {},
  calls = 1,
): Promise<string> {
  return await withServer(listener, async (url) => {
    globalThis.process.env['CLEVERREACH_URL'] = url;
    const step = new FakeRuntime('oih', process, { key: `token-${url.slice(-5)}-aaaaaaaa`, devMode: true, ...fields });
    for (let call = 1; call < calls; call += 1) await step.run(message);
    const error: unknown = await step.run(message).catch((thrown: unknown) => thrown);
    return [...step.log, ...step.of('error').map(messageOf), error === step ? '' : messageOf(error)].join('\n');
  });
}

const person = (more: Fields = {}): Fields => ({
  metadata: { recordUid: 'p1' },
  data: { email: 'jo@example.org', attributes: { firstname: 'Bo' }, ...more },
});
const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, 'v']));

describe.each(ids)('an id such as %j', (id) => {
  const big = { id, email: 'jo@example.org', registered: 1_600_000_000, attributes: many };
  const polls: [string, typeof pollAll, Fields, Record<string, Answer>][] = [
    ['a poll of all groups', pollAll, {}, {}],
    ['a poll that reports deletions', pollAll, { changeTypes: EVERY_TYPE }, {}],
    ['a poll of one group', pollOne, { groupName: 'Newsletter' }, {}],
    ['two groups of one name', pollOne, { groupName: 'Double' }, {}],
    ['no group of the name', pollOne, { groupName: 'Other' }, {}],
    ['a receiver that is too large', pollAll, {}, { 'GET receivers': [200, [big]] }],
    ['a body that is not a list', pollOne, { groupName: 'Newsletter' }, { 'GET receivers': [200, 'no'] }],
    ['a list that is refused', pollOne, { groupName: 'Newsletter' }, { 'GET receivers': [400, ''] }],
    ['a deleted group', pollOne, { groupName: 'Newsletter' }, { 'GET receivers': [404, ''] }],
  ];
  it.each(polls)('is not shown by %s', async (_, process, fields, overrides) => {
    const text = await said(process, fields, account(id, overrides));
    expect(text).toContain(shownId(id));
    expect(text).not.toContain(id);
    expect(text).not.toContain(encodeURIComponent(id));
  });

  /** The account at the first poll, and at the second. */
  const changing = (before: Record<string, Answer>, after: Record<string, Answer>): RequestListener => {
    const [first, second] = [account(id, before), account(id, after)];
    let polls = 0;
    return (request, response) => {
      if (request.url?.endsWith('/v3/groups') === true) polls += 1;
      (polls < 2 ? first : second)(request, response);
    };
  };
  const now = Math.floor(Date.now() / 1_000);
  const times = { registered: now, activated: now, deactivated: now, bounced: now };
  const fresh: Answer = [200, [{ id, group_id: id, email: 'new@example.org', ...times }]];
  const gone = { 'GET receivers': [200, []] } satisfies Record<string, Answer>;
  it.each<[string, Fields, string, Record<string, Answer>, Record<string, Answer>]>([
    ['a quick poll', {}, 'Quick poll of all groups (3): ', {}, { 'POST filter': fresh, 'GET receivers': fresh }],
    ['a full read that misses it', { fullReadMinutes: 0 }, ', 1 deletion reported', { 'GET receivers': fresh }, gone],
  ])('is not shown by %s', async (_, fields, line, before, after) => {
    const text = await said(pollAll, { changeTypes: EVERY_TYPE, ...fields }, changing(before, after), {}, 2);
    expect(text).toContain(line);
    expect(text).not.toContain(id);
    expect(text).not.toContain(encodeURIComponent(id));
  });

  const group = { groupName: 'Newsletter', skipTransformation: true };
  const refused: Answer = [400, { error: { code: 400, message: 'no' } }];
  const none: Answer = [200, []];
  const waits: Answer = [200, { id, email: 'jo@example.org', active: false, activated: 0 }];
  const invited = { ...group, newReceivers: 'unconfirmed', doiFormId: '5' };
  const writes: [string, Fields, Record<string, Answer>, Fields][] = [
    ['a receiver that is updated', group, {}, {}],
    ['a dry run', { ...group, dryRun: true }, {}, {}],
    ['an update that is refused', group, { 'POST upsertplus': refused }, {}],
    ['a category of two groups', { skipTransformation: true }, {}, { categories: ['Double'] }],
    [
      'an activation that fails',
      group,
      { 'GET receivers': none, 'POST receivers': waits, 'PUT activate': [403, ''] },
      {},
    ],
    [
      'a form of another group',
      invited,
      { 'GET receivers': none, 'GET forms': [200, [{ id: '5', name: 'F', customer_tables_id: '9' }]] },
      {},
    ],
    ['a form that there is not', invited, { 'GET receivers': none }, {}],
    [
      'a mail that is not sent',
      invited,
      {
        'GET receivers': none,
        'POST receivers': waits,
        'GET forms': [200, [{ id: '5', name: 'F', customer_tables_id: id }]],
        'POST activate': refused,
      },
      {},
    ],
    ['a receiver that stays', { ...group, deletes: true }, {}, { deleteRequested: true }],
  ];
  it.each(writes)('is not shown by %s', async (_, fields, overrides, more) => {
    const text = await said(upsert, fields, account(id, overrides), person(more));
    expect(text).toContain(shownId(id));
    expect(text).not.toContain(id);
    expect(text).not.toContain(encodeURIComponent(id));
  });

  it('is not shown when a credential is saved', async () => {
    const log: string[] = [];
    const line = (text: string): void => void log.push(text);
    await withServer(account(id), async (url) => {
      process.env['CLEVERREACH_URL'] = url;
      const context = { logger: { debug: line, info: line, warn: line, error: line } } as unknown as RuntimeContext;
      await verify.call(context, { key: `token-${url.slice(-5)}-aaaaaaaa` });
    });
    expect(log.join('\n')).toContain(`Example (${shownId(id)})`);
    expect(log.join('\n')).not.toContain(id);
  });
});
