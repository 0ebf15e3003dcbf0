import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFlow } from '../../../tools/lib/flowFile';
import { LocalPlatform, type Redelivery } from '../../../tools/lib/localPlatform';

interface Failure {
  step: string;
  message: string;
  record: string | undefined;
}

/** A trigger that sends one record, and an action that ends as its fields say. */
const STEP = `
exports.process = async function (message, cfg) {
  if (cfg.send) await this.emit('data', { headers: {}, body: cfg.send });
  if (cfg.rebound) await this.emit('rebound', Object.assign(new Error(cfg.rebound), { name: cfg.name ?? 'Error' }));
  if (cfg.throws) throw cfg.throws;
  if (cfg.fails) await this.emit('error', cfg.fails);
  if (cfg.got) await this.emit('data', message.body);
};
`;
const RECORD = { metadata: { recordUid: '70211' }, data: { email: 'jo@example.org', name: 'Jo' } };

describe('a flow in one process', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'component-'));
    writeFileSync(path.join(folder, 'step.js'), STEP);
    const step = { step: { main: './step.js' } };
    writeFileSync(path.join(folder, 'component.json'), JSON.stringify({ triggers: step, actions: step }));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('says that the component is not built if a step of it has no module', () => {
    rmSync(path.join(folder, 'step.js'));
    const graph = { nodes: [{ id: 'read', command: 'team/component:step@latest', fields: {} }] };
    const flow = readFlow({ data: { attributes: { graph } } });
    expect(() => new LocalPlatform(folder, flow, {})).toThrow('The component is not built: run "npm run build".');
  });

  /** What failed, and what the second step has sent. */
  const run = async (behind: object, mapper?: unknown, record: object = RECORD) => {
    const failures: Failure[] = [];
    const sent: unknown[] = [];
    const waits: string[] = [];
    const node = (id: string, fields: object) => ({ id, command: 'team/component:step@latest', fields });
    const graph = {
      nodes: [node('read', { send: record }), node('write', behind)],
      edges: [{ source: 'read', target: 'write', config: { mapper } }],
    };
    const events = {
      handedBack: (_: unknown, { message }: Error, { number, most }: Redelivery, one?: string) =>
        void waits.push(`${one ?? ''} ${number}/${most}: ${message}`),
      sent: ({ id }: { id: string }, message: unknown) => {
        if (id === 'write') sent.push(message);
      },
      failed: ({ id }: { id: string }, { message }: Error, one?: string) =>
        void failures.push({ step: id, message, record: one }),
    };
    await new LocalPlatform(folder, readFlow({ data: { attributes: { graph } } }), {}, events, {
      reboundDelayMs: 1,
    }).tick();
    return { failures, sent, waits };
  };

  it('drops a message after five returns, and names the record and the last reason', async () => {
    const { failures } = await run({ rebound: 'CleverReach answers 503.' });
    expect(failures).toEqual([
      {
        step: 'write',
        message: 'The step handed the message back 6 times, so it is given up: CleverReach answers 503.',
        record: 'record 70211',
      },
    ]);
  });

  it('reports each return before it waits, so that a run is not silent', async () => {
    const { waits } = await run({ rebound: 'CleverReach answers 503.' });
    expect(waits).toEqual([1, 2, 3, 4, 5].map((number) => `record 70211 ${number}/5: CleverReach answers 503.`));
    expect((await run({ rebound: 'x', name: 'NotFoundError' })).waits).toEqual([]);
  });

  it.each(['ConfigurationError', 'AuthorisationError', 'NotFoundError'])(
    'does not wait for a returned message that requires a manual correction (%s)',
    async (name) => {
      const { failures } = await run({ rebound: 'There is no group named "x".', name });
      expect(failures).toEqual([{ step: 'write', message: 'There is no group named "x".', record: 'record 70211' }]);
    },
  );

  it.each([
    ['no record', { data: {} }, 'message 1 of read'],
    ['a number', { metadata: { recordUid: 7 }, data: {} }, 'record 7'],
    [
      'the address of a person',
      { metadata: { recordUid: 'jo@example.org' }, data: {} },
      expect.not.stringContaining('jo@') as string,
    ],
    ['more than can be an id', { metadata: { recordUid: 'x'.repeat(5000) }, data: {} }, `record ${'x'.repeat(100)}`],
  ])('names the record if the message contains %s', async (_, record, named) => {
    const { failures } = await run({ rebound: 'x' }, undefined, record);
    expect(failures[0]?.record).toEqual(named);
  });

  it.each<[string, unknown, string]>([
    ['an operator', { metadata: 'metadata', data: { email: 'data.email + 1' } }, '"data.email" at character 12: '],
    ['its syntax', { data: 'data.(' }, '"data" at character 6: '],
    [
      'a function that is not there',
      { data: '$nothing(data)' },
      '"data" at character 9: there is no function $nothing',
    ],
    ['its own error', { data: ['$error("No address")'] }, '"data.0" at character 7: No address'],
    ['one expression for all', 'data.email + 1', 'at character 12: '],
  ])(
    'reports the step after a mapper that fails by %s, with position and reason but without a value',
    async (_, mapper, text) => {
      const { failures, sent } = await run({ got: true }, mapper);
      expect(failures).toMatchObject([{ step: 'write', record: 'record 70211' }]);
      expect(failures[0]?.message).toContain(`The mapper after read fails: ${text}`);
      expect(failures[0]?.message).not.toMatch(/\[object|jo@example/);
      expect(sent).toEqual([]);
    },
  );

  it('passes on the result of a mapper, with lists and other types unchanged', async () => {
    const mapper = {
      metadata: 'metadata',
      data: { email: 'data.email', tags: ['"vip"', 'data.name'], level: 3, none: null },
    };
    const { sent, failures } = await run({ got: true }, mapper);
    expect(failures).toEqual([]);
    expect(sent).toEqual([
      {
        metadata: { recordUid: '70211' },
        data: { email: 'jo@example.org', tags: ['vip', 'Jo'], level: 3, none: null },
      },
    ]);
  });

  it.each<[string, object, string]>([
    ['an object with a message', { throws: { code: 'T2001', message: 'No number' } }, 'No number'],
    ['an object', { throws: { code: 7 } }, 'a value that is not an error was thrown (object)'],
    ['a list', { throws: [1] }, 'a value that is not an error was thrown (object)'],
    ['a string', { throws: 'broken' }, 'broken'],
    ['a number', { throws: 7 }, 'a value that is not an error was thrown (number)'],
    ['an object that is emitted', { fails: { message: 'emitted' } }, 'emitted'],
  ])('states why a step failed that throws %s', async (_, behind, text) => {
    expect((await run(behind)).failures).toEqual([{ step: 'write', message: text, record: 'record 70211' }]);
  });
});
