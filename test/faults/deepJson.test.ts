/** JSON that is nested thousands of levels deep, from any source, is an error of the record that contains it. */

import type { RequestListener } from 'node:http';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { ComponentError, ConfigurationError, messageOf, RecordError } from '../../lib/utils/errors';
import { withServer } from '../support/http';
import { FakeRuntime } from '../support/runtime';
import { startStage, type Stage } from '../support/stage';
import { action, person, type Fields, type Kind } from '../support/steps';
import { EVERY_TYPE } from '../support/everyType';

const DEPTHS = [101, 5_000, 500_000];
const kinds: Kind[] = ['oih', 'elastic.io'];

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const deepValue = (depth: number): unknown => JSON.parse(nested(depth)) as unknown;

/** An account with one group of three receivers, of which the second has a field of this JSON. */
function account(field: string): RequestListener {
  const row = (id: number, more: string): string =>
    `{"id":"${id}","email":"r${id}@example.org","registered":1600000000,"activated":1600000000,"active":true${more}}`;
  const rows = [row(1, ''), row(2, `,${field}`), row(3, '')].join();
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://host');
    if (!url.pathname.includes('receivers')) response.end('[{"id":"7","name":"Newsletter"}]');
    else response.end(url.searchParams.get('page') === '0' ? `[${rows}]` : '[]');
  };
}

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  const problems = await stage.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
});

describe('a row of the API that is nested too deeply', () => {
  const poll = async (url: string, fields: Fields, kind: Kind): Promise<{ step: FakeRuntime; error: unknown }> => {
    process.env['CLEVERREACH_URL'] = url;
    const step = new FakeRuntime(kind, pollAll, { key: `token-${url.slice(-5)}-aaaaaaaa`, ...fields });
    const error: unknown = await step.run().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    process.env['CLEVERREACH_URL'] = stage.sandbox.url;
    return { step, error };
  };

  it.each(
    kinds.flatMap((kind) =>
      [
        {},
        { skipTransformation: true },
        { customMapping: '{"data": data}' },
        { skipTransformation: true, nodeSettings: { storeRawRecord: true } },
        { skipTransformation: true, fullReadMinutes: 0 },
        { skipTransformation: true, changeTypes: EVERY_TYPE },
      ].flatMap((fields) => DEPTHS.map((depth) => [depth, kind, fields] as const)),
    ),
  )('(%i levels) is an error of that receiver, and the others are sent: %s, %j', async (depth, kind, fields) => {
    await withServer(account(`"extra":${nested(depth)}`), async (url) => {
      const { step, error } = await poll(url, fields, kind);
      expect(error).toBeInstanceOf(RecordError);
      expect(messageOf(error)).toMatch(/\b2\b.*the receiver is nested more than 100 levels deep/s);
      expect(step.ids).toEqual(['1', '3']);
      expect(step.of('snapshot')).not.toEqual([]);
    });
  });

  it.each(['attributes', 'global_attributes'])(
    'or has more than 1,000 %s is not sent, and the others are',
    async (name) => {
      const many = (count: number): string =>
        JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v'])));
      await withServer(account(`"${name}":${many(1_000)}`), async (url) => {
        const { step, error } = await poll(url, { skipTransformation: true }, 'oih');
        expect(error).toBeUndefined();
        expect(step.ids).toEqual(['1', '2', '3']);
      });
      await withServer(account(`"${name}":${many(1_001)}`), async (url) => {
        const { step, error } = await poll(url, {}, 'oih');
        expect(error).toBeInstanceOf(RecordError);
        expect(messageOf(error)).toMatch(/\b2\b.*more than 1000 attributes/s);
        expect(step.ids).toEqual(['1', '3']);
      });
    },
  );

  it.each(['attributes', 'global_attributes', 'tags', 'active', 'registered', 'events'])(
    'is harmless in the field "%s"',
    async (name) => {
      await withServer(account(`"${name}":{"a":${nested(5_000)}}`), async (url) => {
        const { step, error } = await poll(url, {}, 'oih');
        expect(error === undefined || error instanceof RecordError).toBe(true);
        expect(step.ids).toEqual(expect.arrayContaining(['1', '3']));
      });
    },
  );

  it.each([`{"error":${nested(50_000)}}`, `{"error":{"message":${nested(50_000)}}}`, nested(1_000)])(
    'is an error of the request if it is the whole response: %#',
    async (answer) => {
      await withServer(
        (_, response) => response.writeHead(400).end(answer),
        async (url) => {
          const { error } = await poll(url, {}, 'oih');
          expect(error).toBeInstanceOf(ComponentError);
          expect(messageOf(error).length).toBeLessThan(2_000);
        },
      );
    },
  );
});

describe('a message that is nested too deeply', () => {
  const messages: Record<string, (deep: unknown) => Fields> = {
    'in its data': (deep) => ({ metadata: { recordUid: 'p1' }, data: person('jo@example.org', { extra: deep }) }),
    'in its metadata': (deep) => ({ metadata: { recordUid: 'p1', more: deep }, data: person('jo@example.org') }),
    'in the id of the hub': (deep) => ({ metadata: { oihUid: deep }, data: person('jo@example.org') }),
    'in the id of the record': (deep) => ({ metadata: { recordUid: deep }, data: person('jo@example.org') }),
    'that asks for a deletion': (deep) => ({ metadata: { recordUid: '1' }, data: { deleteRequested: deep } }),
  };
  const names = Object.keys(messages);

  it.each(
    kinds.flatMap((kind) =>
      [{}, { skipTransformation: true }, { customMapping: '$' }, { deletes: true }].flatMap((fields) =>
        names.map((name) => [name, kind, fields] as const),
      ),
    ),
  )('is an error of its record, and no request is sent: %s, %s, %j', async (name, kind, fields) => {
    for (const depth of DEPTHS) {
      const message = messages[name]?.(deepValue(depth));
      stage.sandbox.forgetRequests();
      const { error } = await stage.attempt(
        action(stage, fields, kind),
        kind === 'oih' ? message : { body: message, headers: {} },
      );
      expect(error).toBeInstanceOf(RecordError);
      expect(messageOf(error)).toContain('it is nested more than 100 levels deep');
      expect(stage.sandbox.requests).toEqual([]);
    }
  });

  it.each(names)('is a RecordError or reported by a dry run: %s', async (name) => {
    const { error } = await stage.attempt(action(stage, { dryRun: true }), messages[name]?.(deepValue(5_000)));
    expect(error === undefined || error instanceof RecordError).toBe(true);
  });
});

describe('a custom mapping', () => {
  it.each([
    'data.deep ? ($f := function($n, $x){$n > 0 ? $f($n - 1, {"a": $x}) : $x}; {"data": $f(200, 1)}) : {"data": data}',
    'data.deep ? ($f := function($n, $x){$n > 0 ? $f($n - 1, {"a": $x}) : $x}; {"data": $f(9000, 1)}) : {"data": data}',
    'data.deep ? ($f := function($n, $x){$n > 0 ? $f($n - 1, {"a": $x}) : $x}; {"metadata": $f(200, 1), "data": {}}) : {"data": data}',
  ])('that returns a value nested too deeply fails for that record: %#', async (customMapping) => {
    const step = action(stage, { customMapping });
    const { error } = await stage.attempt(step, { data: { deep: true } });
    expect(error).toBeInstanceOf(RecordError);
    expect(messageOf(error)).toMatch(/nested more than 100 levels deep|the customMapping failed/);
    const after = await stage.attempt(step, { data: { email: 'after@example.org' } });
    expect(after.error).toBeUndefined();
  });
});

describe('the fields, the credentials and the snapshot of a step', () => {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const call = async (cfg: Fields, snapshot: unknown = {}): Promise<unknown> => {
    const context = { errorCount: 0, logger: quiet, emit: () => Promise.resolve(true) };
    const credentials = stage.credentials;
    return await pollAll.call(context, {}, { ...credentials, ...cfg }, snapshot).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  it.each(['customMapping', 'pageSize', 'skipTransformation', 'startTime'])(
    'that are nested too deeply are an error that names the field: %s',
    async (field) => {
      const error = await call({ [field]: deepValue(50_000) });
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(messageOf(error)).toContain(field);
    },
  );

  it.each(['unknown', 'nodeSettings', 'payload'])('are ignored if nothing reads them: %s', async (field) => {
    expect(await call({ [field]: deepValue(50_000) })).toBeUndefined();
  });

  it.each(['client_id', 'oauth', 'accessToken', 'key', 'secretId'])(
    'never cause an error of another kind: %s',
    async (field) => {
      const error = await call({ client_id: '', client_secret: '', [field]: deepValue(50_000) });
      expect(error).toBeInstanceOf(ComponentError);
    },
  );

  it.each([{ version: 1, seen: 0 }, { lastUpdated: 0 }, { version: 2, read: 0 }])(
    'are an error that states what to do in a snapshot: %j',
    async (snapshot) => {
      const deep = Object.fromEntries(Object.entries(snapshot).map(([k, v]) => [k, v === 0 ? deepValue(50_000) : v]));
      expect(await call({}, deep)).toBeInstanceOf(ConfigurationError);
    },
  );
});
