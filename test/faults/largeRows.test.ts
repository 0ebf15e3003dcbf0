/** A row of several megabytes, or with too many attributes, affects no other row, and is processed quickly. */

import type { RequestListener } from 'node:http';
import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { messageOf, RecordError } from '../../lib/utils/errors';
import { withServer } from '../support/http';
import { FakeRuntime } from '../support/runtime';

const map = (count: number, value: string): string =>
  `{${Array.from({ length: count }, (_, index) => `"k${index}":${value}`).join()}}`;
const nested = '['.repeat(50_000) + ']'.repeat(50_000);
const rows: [string, string][] = [
  ['1,001 attributes', `"attributes":${map(1_001, '"v"')}`],
  ['1,001 attributes of the account', `"global_attributes":${map(1_001, '"v"')}`],
  ['5 MB in short attributes', `"attributes":${map(330_000, '"v"')}`],
  ['a nested value among too many', `"attributes":{"deep":${nested},${map(1_100, '1').slice(1)}`],
];

/** Receiver 2 has these fields; a look-up by address returns the requested one. */
function account(members: string): RequestListener {
  const row = (id: number, more = ''): string =>
    `{"id":"${id}","email":"r${id}@example.org","registered":1600000000,"activated":1600000000,"active":true,"tags":[]${more}}`;
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    request.resume();
    if (pathname.endsWith('groups')) response.end('[{"id":"7","name":"Newsletter"}]');
    else if (pathname.endsWith('attributes')) response.end('[{"name":"firstname","type":"text"}]');
    else if (searchParams.get('email_list') !== null)
      response.end(`[${searchParams.get('email_list')?.startsWith('r2') ? row(2, `,${members}`) : row(1)}]`);
    else if (pathname.endsWith('upsertplus')) response.end(`[${row(1)}]`);
    else if (searchParams.get('id_list') !== null) response.end(`[${row(1)}]`);
    else response.end(searchParams.get('page') === '0' ? `[${row(1)},${row(2, `,${members}`)},${row(3)}]` : '[]');
  };
}

const fieldsFor = (url: string): Record<string, unknown> => {
  process.env['CLEVERREACH_URL'] = url;
  return { key: `token-${url.slice(-5)}-aaaaaaaa` };
};

describe('a stored receiver with too many attributes', () => {
  it.each(
    rows.flatMap(([name, members]) =>
      ['emitIndividually', 'fetchPage'].map((emitBehavior) => [name, emitBehavior, members] as const),
    ),
  )('is an error of that receiver in a poll, which continues: %s, %s', async (_, emitBehavior, members) => {
    await withServer(account(members), async (url) => {
      const step = new FakeRuntime('oih', pollAll, { ...fieldsFor(url), emitBehavior });
      const error: unknown = await step.run().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RecordError);
      expect(messageOf(error)).toMatch(/^1 of 3 receivers .*receiver 2 of group 7: more than 1000 attributes/);
      const emails = JSON.stringify(step.of('data')).match(/r\d@example.org/g);
      expect([...new Set(emails)]).toEqual(['r1@example.org', 'r3@example.org']);
    });
  });

  it.each(rows)('is an error of the record in the action, and affects no other record: %s', async (_, members) => {
    await withServer(account(members), async (url) => {
      const fields = { ...fieldsFor(url), groupId: '7', skipTransformation: true };
      const step = new FakeRuntime('oih', upsert, fields);
      const record = (email: string): unknown => ({ metadata: {}, data: { email, attributes: { firstname: 'Jo' } } });
      const error: unknown = await step.run(record('r2@example.org')).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RecordError);
      expect(messageOf(error)).toContain('Receiver 2 of group 7 has more than 1000 attributes in CleverReach');
      expect((await step.run(record('r1@example.org'))).ids).toEqual(['1']);
    });
  });
});
