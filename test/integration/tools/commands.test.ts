import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { root, run } from '../../support/tools';

/** The lines of the output that the README shows, as patterns; `…` stands for anything. */
function demoInReadme(): string[] {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, block = ''] = /npm run demo\n```.*?```text\n(.*?)\n```/s.exec(readme) ?? [];
  return block.split('\n').map((line) =>
    line
      .split('…')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('.*'),
  );
}

describe('npm run demo', () => {
  it('shows the main use case and succeeds', async () => {
    const { code, output } = await run('demo.ts');
    expect(output).toContain('All results are as expected.');
    expect(output).not.toContain('✗');
    expect(output).toContain('✓ no receiver that has unsubscribed, bounced or not confirmed became active');
    expect(output.match(/✓/g)).toHaveLength(9);
    expect(output).toMatch(
      /^ {2}a message \(an invented person, shortened\): \{"metadata":\{"changeType":"new","recordUid":"\d+"\},"data":\{/m,
    );
    expect(output).toMatch(/^ {2}log of the action: Wrote to group \d+, \d+ records: \d+ created/m);
    expect(output).toMatch(/^ {2}snapshot: lastUpdated (is|stays at) \d{4}-/m);
    const [, requests] = /^ {2}1000 receivers sent, (\d+) requests/m.exec(output) ?? [];
    expect(Number(requests)).toBeLessThan(90);
    expect(code).toBe(0);
    let rest = output;
    for (const line of demoInReadme()) {
      const found = new RegExp(`^${line}$`, 'm').exec(rest);
      expect([line, found?.[0]]).toEqual([line, expect.any(String)]);
      rest = rest.slice(found?.index);
    }
  });
});

describe.each([
  'authorize',
  'demo',
  'doctor',
  'fields',
  'flow',
  'logo',
  'map',
  'probe',
  'schemas',
  'screenshot',
  'testModel',
  '../bench/cli',
  '../sandbox/cli',
])('the command %s', (tool) => {
  it('explains itself with its exit codes', async () => {
    const { code, output, errors } = await run(`${tool}.ts`, ['--help']);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^ *(Usage: )?npm run \w+/m);
    expect(output).toMatch(/^Exit code: 0/m);
  });

  it('ends with 2 and one line about an unknown option', async () => {
    const { code, output, errors } = await run(`${tool}.ts`, ['--foo']);
    expect([code, errors]).toEqual([2, "Unknown option '--foo'.\n"]);
    expect(output).toBe(errors);
  });
});

it.each([
  ['demo.ts', ['x'], "Unexpected argument 'x'."],
  ['demo.ts', ['--watch=5'], "Option '--watch' does not take an argument"],
  [
    'doctor.ts',
    ['flows/group-to-group.json', '--step', ''],
    '--step has an empty value: enter a value, or omit the option.',
  ],
  ['fields.ts', ['README.md'], "Unexpected argument 'README.md'."],
  [
    'flow.ts',
    ['flows/group-to-group.json', '--snapshot', ''],
    '--snapshot has an empty value: enter a value, or omit the option.',
  ],
  ['flow.ts', ['flows/group-to-group.json', '--snapshot'], "Option '--snapshot <value>' argument missing"],
  ['flow.ts', [''], 'An argument is empty.'],
  ['flow.ts', ['x.json', '--field', 'a=b'], '--field needs --input; the fields of a flow are in its file.'],
  ['flow.ts', ['flows/group-to-group.json', 'package.json'], "Unexpected argument 'package.json'."],
  ['probe.ts', ['profile.json'], "Unexpected argument 'profile.json'."],
  ['screenshot.ts', ['a.png', 'b.png'], "Unexpected argument 'b.png'."],
  ['testModel.ts', ['--runs', 'many'], "--runs must be a whole number from 1 to 9007199254740991, not 'many'."],
  ['testModel.ts', ['--runs', '0'], "--runs must be a whole number from 1 to 9007199254740991, not '0'."],
  ['testModel.ts', ['--seed', 'x'], "--seed must be a whole number, not 'x'."],
  ['../bench/cli.ts', ['--row', '99'], "--row must be a number from 1 to 9, not '99'."],
  ['../sandbox/cli.ts', ['--client-id', ''], '--client-id has an empty value: enter a value, or omit the option.'],
  [
    '../sandbox/cli.ts',
    ['--profile', 'package.json'],
    'package.json is not a profile of "npm run probe": its "kind" is not "cleverreach-probe".',
  ],
  ['../sandbox/cli.ts', ['--port', '70000'], "--port must be a whole number from 0 to 65535, not '70000'."],
])('%s %j is refused with 2 and one line', async (tool, args, why) => {
  expect(await run(tool, args)).toEqual({ code: 2, output: `${why}\n`, errors: `${why}\n` });
});

describe('npm run test:model', () => {
  it('runs the requested number of sequences of a model', async () => {
    const { code, output } = await run('testModel.ts', ['--runs', '2', '--seed', '1', 'polling']);
    expect(output).toContain('7 passed');
    expect(code).toBe(0);
  });
});

describe('npm run flow', () => {
  let sandbox: Sandbox;
  let folder: string;
  let groups: string[];
  let env: Record<string, string>;

  beforeEach(async () => {
    sandbox = await startSandbox();
    folder = mkdtempSync(path.join(tmpdir(), 'flow-'));
    ({ groups } = sandbox.seed({ groups: ['Newsletter', 'Customers'], receivers: 20 }));
    env = {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_CLIENT_ID: sandbox.client.id,
      CLEVERREACH_CLIENT_SECRET: sandbox.client.secret,
    };
  });

  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['group-to-group.json', 'group-to-group.elasticio.json'])(
    'runs the flow %s once, and continues from the snapshot the next time',
    async (flow) => {
      const snapshot = path.join(folder, 'snapshot.json');
      const first = await run('flow.ts', [`flows/${flow}`, '--snapshot', snapshot], env);
      expect(first).toMatchObject({
        code: 0,
        output: expect.stringContaining('step_1: 20 messages sent, 0 failures') as string,
      });
      expect(sandbox.account.size(groups[1] ?? '')).toBeGreaterThan(20);
      expect(JSON.parse(readFileSync(snapshot, 'utf8'))).toMatchObject({ version: 2 });
      const second = await run('flow.ts', [`flows/${flow}`, '--snapshot', snapshot], env);
      expect(second).toMatchObject({ code: 0, output: expect.stringContaining('Nothing was sent.') as string });
    },
  );

  it.each(['group-to-group.json', 'group-to-group.elasticio.json'])(
    'activates with the flow %s no receiver that has unsubscribed, bounced or not confirmed',
    async (flow) => {
      const [source = '', target = ''] = groups;
      const { account } = sandbox;
      account.unsubscribe(source, account.addReceiver(source, { email: 'left@example.org' }));
      account.bounce(source, account.addReceiver(source, { email: 'bounced@example.org' }));
      account.addReceiver(source, { email: 'waiting@example.org', activated: 0 });
      const { code } = await run('flow.ts', [`flows/${flow}`], env);
      expect(code).toBe(0);
      for (const email of ['left@example.org', 'bounced@example.org', 'waiting@example.org'])
        expect(account.receiver(target, email)).toMatchObject({ active: false, activated: 0 });
      expect(sandbox.requests.filter(({ path: to }) => to.includes('/send/'))).toEqual([]);
    },
  );

  it('runs with a token pair from the environment, and never uses its refresh token, which could not be replaced', async () => {
    const pair = sandbox.issueToken();
    const tokens = {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_ACCESS_TOKEN: pair.access_token,
      CLEVERREACH_REFRESH_TOKEN: pair.refresh_token,
    };
    const { code, output } = await run('flow.ts', ['flows/group-to-group.json'], tokens);
    expect(output).toContain('step_1: 20 messages sent, 0 failures');
    expect(code).toBe(0);
    sandbox.expireToken(pair.access_token);
    const expired = await run('flow.ts', ['flows/group-to-group.elasticio.json'], { ...env, ...tokens });
    expect(expired.code).toBe(1);
    expect(expired.output).toMatch(/The access token has expired .* can be stored only in an elastic\.io credential/);
    expect(expired.output).toContain(
      'The token comes from CLEVERREACH_ACCESS_TOKEN: unset it so that the client id and secret are used, or run "npm run authorize" again.',
    );
    expect(expired.output).not.toContain(pair.refresh_token);
    const refused = await run('flow.ts', ['flows/group-to-group.json'], {
      CLEVERREACH_URL: sandbox.url,
      CLEVERREACH_ACCESS_TOKEN: 'stale',
    });
    expect(refused.output).toContain(': unset it and set CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET, or run');
    expect(sandbox.count({ path: '/oauth/token.php' })).toBe(0);
  });

  it('shows with --dry-run the result of each record, writes nothing and keeps the snapshot', async () => {
    const [source = '', target = ''] = groups;
    sandbox.account.addReceiver(source, { email: 'new@example.org' });
    const both = sandbox.account.addReceiver(source, { email: 'both@example.org', tags: ['vip'] });
    const id = sandbox.account.addReceiver(target, { email: 'both@example.org' });
    expect(id).toBe(both);
    const before = sandbox.account.size(target);
    const snapshot = path.join(folder, 'snapshot.json');
    const args = ['flows/group-to-group.json', '--dry-run', '--snapshot', snapshot];
    const { code, output } = await run('flow.ts', args, env);
    expect(code).toBe(0);
    expect(output).toMatch(
      new RegExp(`^step_2 create new@example.org in group ${target} "Customers": active[.;]`, 'm'),
    );
    expect(output).toMatch(new RegExp(`^step_2 update ${id} both@example.org .*tags \\+vip\\.`, 'm'));
    expect(output).toMatch(/step_1: 2\d messages sent, 0 failures/);
    expect(output).toMatch(/^step_2 would: .*create \d+/m);
    expect(output).toContain('Nothing was written, and the snapshot is unchanged.');
    const sent = sandbox.requests.filter(({ method, path: to }) => method !== 'GET' && !to.startsWith('/oauth'));
    expect(sent).toEqual([]);
    expect(sandbox.account.size(target)).toBe(before);
    expect(existsSync(snapshot)).toBe(false);
  });

  it.each([
    ['1', 200, 220],
    ['100', 10, 70],
  ])('needs for 100 receivers, with --prefetch %s, %d to %d requests', async (prefetch, least, most) => {
    const [source = ''] = groups;
    for (let number = 0; number < 80; number += 1)
      sandbox.account.addReceiver(source, { email: `p${number}@example.org` });
    const { code, output } = await run('flow.ts', ['flows/group-to-group.json', '--prefetch', prefetch], env);
    expect([code, output]).toEqual([0, expect.stringContaining('step_1: 100 messages sent, 0 failures')]);
    expect(sandbox.count()).toBeGreaterThanOrEqual(least);
    expect(sandbox.count()).toBeLessThanOrEqual(most);
  });

  describe('with --input', () => {
    const person = (value: string) => ({ firstName: 'Mia', contactData: [{ type: 'email', value }] });
    let input: string;
    const tryOut = (messages: unknown, ...args: string[]) => {
      writeFileSync(input, JSON.stringify(messages));
      return run('flow.ts', ['--input', input, ...args], env);
    };
    const TO_CUSTOMERS = ['--field', 'groupName=Customers'];

    beforeEach(() => {
      input = path.join(folder, 'messages.json');
    });

    it('runs the action alone and states what happened to each message', async () => {
      const [, target = ''] = groups;
      const messages = [
        { metadata: { recordUid: 'p1' }, data: person('mia@example.org') },
        person('mia@example.org'),
        { firstName: 'Jo' },
        { data: { deleteRequested: true, ...person('mia@example.org') } },
      ];
      const { code, output, errors } = await tryOut(messages, ...TO_CUSTOMERS);
      const id = String(sandbox.account.receiver(target, 'mia@example.org')?.['id']);
      expect(output).toContain(`message 1: created, group ${target}, receiver ${id}.\n`);
      expect(output).toContain(`message 2: unchanged, group ${target}, receiver ${id}.\n`);
      const denied = /^message 4: not carried out: deletion denied.* The field "deletes" of the step is not set\.$/m;
      expect(errors).toMatch(denied);
      expect(output).toContain('4 messages: 1 created, 1 unchanged, 1 rejected, 1 deletion denied.\n');
      expect(errors).toMatch(/^message 3: rejected\. RecordError: [^\n]+ nothing was written\.\n[^\n]+\n$/);
      expect(code).toBe(1);
    });

    it('ends with 1 if a delete request was denied or a rejected record was sent on, and in a dry run of them', async () => {
      const denied = { data: { deleteRequested: true, ...person('mia@example.org') } };
      const rejected = { metadata: { recordUid: '17' }, data: { firstName: 'Jo' } };
      for (const more of [[], ['--dry-run']]) {
        expect(await tryOut(denied, ...TO_CUSTOMERS, ...more)).toMatchObject({ code: 1 });
        const { code, output } = await tryOut(rejected, ...TO_CUSTOMERS, '--field', 'onError=emit', ...more);
        expect([code, output]).toEqual([1, expect.not.stringContaining('receiver 17')]);
      }
    });

    it('names the action once in the error of an unknown field', async () => {
      const { errors } = await tryOut({}, '--field', 'group=Customers');
      expect(errors).toBe('upsertReceiver: Unknown field "group". Did you mean "groupId"?\n');
    });

    it('names a record by the number of its message, and states that a mail was sent and that nothing was deleted', async () => {
      const [, target = ''] = groups;
      const { id } = sandbox.account.addForm({ groupId: target });
      const doi = ['--field', 'newReceivers=unconfirmed', '--field', `doiFormId=${id}`, '--field', 'deletes=true'];
      const messages = [
        person('mia@example.org'),
        { firstName: 'Jo' },
        { email: 'nobody@example.org', deleteRequested: true },
        { ...person('zoe@example.org'), custom: { a: 1 } },
      ];
      const { output, errors } = await tryOut(messages, ...TO_CUSTOMERS, ...doi);
      const rid = String(sandbox.account.receiver(target, 'mia@example.org')?.['id']);
      expect(output).toContain(
        `message 1: created unconfirmed, group ${target}, receiver ${rid}, double-opt-in mail of form ${id} sent.\n`,
      );
      expect(errors).toMatch(/^message 2: rejected\. RecordError: .*message 2/im);
      expect(output).toContain(`message 3: already gone, group ${target}.\n`);
      expect(output + errors).not.toMatch(/record no\./i);
    });

    it('names a record by the number of its message in the messages that --print shows, too', async () => {
      const messages = [person('mia@example.org'), person('no address'), { firstName: 'Jo' }];
      const { output, errors } = await tryOut(messages, ...TO_CUSTOMERS, '--dry-run', '--print');
      const printed = output.split('\n').filter((line) => line.startsWith('{'));
      expect(printed).toHaveLength(3);
      expect(printed[1]).toContain('"reasons":["The e-mail address of message 2 is not valid; nothing was written."]');
      expect(printed[2]).toContain('No receiver matches message 3');
      expect(output + errors).not.toMatch(/record no\./i);
    });

    it('takes a message of elastic.io as --print prints it', async () => {
      const printed = {
        id: '1',
        attachments: {},
        body: { metadata: {}, data: person('ann@example.org') },
        headers: {},
      };
      const { code, output } = await tryOut(printed, ...TO_CUSTOMERS);
      expect(output).toContain('message 1: created, ');
      expect(code).toBe(0);
    });

    it('takes the fields of the action in a flow, one message, and a receiver from the standard input', async () => {
      const [, target = ''] = groups;
      const args = ['flows/group-to-group.elasticio.json', '--input', '-', '--print'];
      const { code, output } = await run('flow.ts', args, env, '{"email": "zoe@example.org"}');
      expect(output).toContain(`message 1: created, group ${target}, receiver `);
      expect(output).toMatch(
        /^\{"id":.*"body":\{"metadata":\{"recordUid":"\d+"\},"data":\{.*"email":"zoe@example\.org"/m,
      );
      expect(code).toBe(0);
    });

    it('writes nothing with --dry-run, and states what would happen', async () => {
      const { code, output } = await tryOut(
        [person('mia@example.org'), { firstName: 'Jo' }],
        '--dry-run',
        ...TO_CUSTOMERS,
      );
      expect(output).toMatch(
        /^message 1: create mia@example\.org in group \d+ "Customers": active; .*firstname "Mia"/m,
      );
      expect(output).toMatch(/^message 2: refuse\. No receiver matches/m);
      expect(code).toBe(1);
      expect(sandbox.requests.filter(({ method, path: to }) => method !== 'GET' && !to.startsWith('/oauth'))).toEqual(
        [],
      );
    });

    it('stops at the first message if CleverReach rejects the credentials', async () => {
      env['CLEVERREACH_ACCESS_TOKEN'] = 'stale';
      const { code, output, errors } = await tryOut(
        [person('a@example.org'), person('b@example.org')],
        ...TO_CUSTOMERS,
      );
      expect(errors).toMatch(/^message 1: failed\. [^\n]*\nThe token comes from CLEVERREACH_ACCESS_TOKEN: [^\n]*\n$/);
      expect(output).not.toContain('message 2');
      expect(code).toBe(1);
    });

    it.each<[unknown, string[], RegExp]>([
      [[], TO_CUSTOMERS, /contains no message: its list is empty\.\n$/],
      [[{ email: 'a@example.org' }, 5], TO_CUSTOMERS, /, message 2: it is not an object\. Give \{metadata, data\}/],
      [{ metadata: {}, data: 'x' }, TO_CUSTOMERS, /, message 1: its "data" is not an object\./],
      [{}, ['--field', 'groupName'], /^--field needs a name and a value, such as groupName=Customers, not 'groupName'/],
      [{}, ['--field', 'groupname=x'], /Unknown field "groupname"\. Did you mean "groupName"\?/],
      [{}, ['--snapshot', 'x'], /^--input and --snapshot exclude each other/],
    ])('refuses %j with %j in one line, and does nothing', async (messages, args, why) => {
      const { code, output, errors } = await tryOut(messages, ...args);
      expect([code, output]).toEqual([2, errors]);
      expect(errors).toMatch(why);
      expect(errors).toMatch(/^[^\n]+\n$/);
      expect(sandbox.count()).toBe(0);
    });
  });

  it.each<[flow: string, named: string, message: RegExp]>([
    [
      'group-to-group.json',
      '"upsertReceiver"',
      /^\{"id":"[^"]+","metadata":\{"changeType":"new","recordUid":"\d+"\},"data":\{/,
    ],
    ['group-to-group.elasticio.json', ':upsertReceiver@', /^\{"headers":\{\},"body":\{"metadata":\{/],
  ])(
    'runs %s up to a step of another component, and prints what that step would receive',
    async (name, named, message) => {
      const file = path.join(folder, 'flow.json');
      const flow = readFileSync(path.join(root, 'flows', name), 'utf8');
      writeFileSync(file, flow.replace(named, named.replace('upsertReceiver', 'upsertPerson')));
      const { code, output } = await run('flow.ts', [file], env);
      const lines = output.split('\n');
      const at = lines.indexOf(
        'step_2 is a step of another component ("upsertPerson") and does not run. It would receive:',
      );
      expect(at).toBeGreaterThan(0);
      expect(lines[at + 1]).toMatch(message);
      expect(output).toContain(
        'step_1: 20 messages sent, 0 failures\nstep_2: did not run, would receive 20 messages\n',
      );
      expect(code).toBe(0);
      const all = await run('flow.ts', [file, '--print'], env);
      expect(all.output.split('\n').filter((line) => message.test(line)).length).toBeGreaterThanOrEqual(20);
    },
  );

  it('counts one message as one', async () => {
    sandbox.account.addReceiver(sandbox.account.addGroup('One'), { email: 'one@example.org' });
    const file = path.join(folder, 'flow.json');
    const nodes = [
      { id: 's', componentId: 'x', function: 'getReceiversByGroupIdPolling', fields: { groupName: 'One' } },
    ];
    writeFileSync(file, JSON.stringify({ graph: { nodes } }));
    const { output } = await run('flow.ts', [file], env);
    expect(output).toContain('s: 1 message sent, 0 failures\n');
  });

  it('ends with 1 if --dry-run finds a record that would be refused', async () => {
    const file = path.join(folder, 'flow.json');
    const flow = JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')) as {
      graph: { nodes: { id: string; fields: object }[] };
    };
    for (const node of flow.graph.nodes)
      if (node.id === 'step_2')
        Object.assign(node.fields, { skipTransformation: false, customMapping: '{"data": {"email": "no address"}}' });
    writeFileSync(file, JSON.stringify(flow));
    const { code, output } = await run('flow.ts', [file, '--dry-run'], env);
    expect(output).toContain('step_2 would: refuse 20');
    expect(output).toContain('step_2: 20 messages sent, 0 failures');
    expect(code).toBe(1);
  });

  it.each([
    [true, 1, 'no address'],
    ['on', 1, 'no address'],
    [true, 0, 'mia@example.org'],
    [false, 1, 'no address'],
  ])(
    'with the field dryRun %s and without --dry-run, ends with %i for records with the address "%s"',
    async (dryRun, expected, email) => {
      const file = path.join(folder, 'flow.json');
      const flow = JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')) as {
        graph: { nodes: { id: string; fields: object }[] };
      };
      const fields = { skipTransformation: false, customMapping: JSON.stringify({ data: { email } }), dryRun };
      for (const node of flow.graph.nodes) if (node.id === 'step_2') Object.assign(node.fields, fields);
      writeFileSync(file, JSON.stringify(flow));
      const { code, output } = await run('flow.ts', [file], env);
      expect(code).toBe(expected);
      expect(output.includes('step_2 would: refuse 20')).toBe(dryRun !== false && expected === 1);
      expect(output).not.toContain('Nothing was written, and the snapshot is unchanged.');
    },
  );

  it('sends results to the standard output and errors to the standard error', async () => {
    const file = path.join(folder, 'flow.json');
    const flow = readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8');
    writeFileSync(file, flow.replaceAll('Customers', 'Nobody'));
    const { output, errors } = await run('flow.ts', [file, '--print'], env);
    expect(errors).toMatch(/^(step_2 (warn|error|upsertReceiver): .*\n)+$/);
    expect(errors).toContain('step_2 upsertReceiver: ConfigurationError: ');
    expect(output).toMatch(/^Running .*\n\{.*step_2: 0 messages sent, 20 failures\n/s);
  });

  it.each([
    ['/dev/full', 1, /^The output could not be written: ENOSPC: .*\n$/],
    ['/', 2, /^\/ could not be written: .*\n$/],
    ['nowhere/s.json', 2, /^nowhere\/s\.json could not be written: ENOENT: .*\n$/],
  ])('ends with one line if it cannot write to %s', async (place, code, text) => {
    const [command, args] = place === '/dev/full' ? [`> ${place}`, []] : ['', ['--snapshot', place]];
    const shell = `exec ${process.execPath} --import tsx tools/flow.ts flows/group-to-group.json ${args.join(' ')} ${command}`;
    const { PATH = '', HOME = '' } = process.env;
    const ended = await promisify(execFile)('sh', ['-c', shell], { cwd: root, env: { PATH, HOME, ...env } }).catch(
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(text) as string });
  });

  describe('with a step that fails', () => {
    let file: string;

    beforeEach(() => {
      file = path.join(folder, 'flow.json');
      const flow = readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8');
      writeFileSync(file, flow.replaceAll('Customers', 'Nobody'));
    });

    it('ends with 1 and states the reason once, however many records fail', async () => {
      const { code, output } = await run('flow.ts', [file], env);
      expect(
        output.match(
          /^step_2 upsertReceiver: ConfigurationError: The record with the recordUid "\d+": There is no group named "Nobody"/gm,
        ),
      ).toHaveLength(1);
      expect(output).toMatch(/^19 more times: step_2 upsertReceiver: ConfigurationError: /m);
      expect(output.match(/There is no group named "Nobody"/g)?.length).toBeLessThan(6);
      expect(output).toContain('step_2: 0 messages sent, 20 failures');
      expect(code).toBe(1);
    });

    it('leaves the snapshot unchanged, so that the next run processes the same records', async () => {
      const snapshot = path.join(folder, 'snapshot.json');
      const first = await run('flow.ts', [file, '--snapshot', snapshot], env);
      expect(first.output).toContain(`${snapshot} is unchanged, because a step failed`);
      expect(existsSync(snapshot)).toBe(false);
      const mended = await run('flow.ts', ['flows/group-to-group.json', '--snapshot', snapshot], env);
      expect(mended.output).toContain('step_2: 20 messages sent, 0 failures');
      expect(existsSync(snapshot)).toBe(true);
    });
  });

  it.each([
    [[], /^19 more times: step_2 upsertReceiver: RecordError: /m],
    [['--dry-run', '--print'], /"reasons":\["The e-mail address of record \d+ is not valid/],
  ])('names the record where the mapper passes no id on, with %j', async (options, text) => {
    const [source = ''] = groups;
    const first = String(sandbox.account.receivers(source)[0]?.['id']);
    const file = path.join(folder, 'flow.json');
    const flow = readFileSync(path.join(root, 'flows/group-to-group.elasticio.json'), 'utf8');
    writeFileSync(
      file,
      flow
        .replace('"data": "data"', '"data": { "email": "$string(data.id)" }')
        .replace('"metadata": "metadata"', '"metadata": "{}"'),
    );
    const { output } = await run('flow.ts', [file, ...options], env);
    expect(output).toContain(`The e-mail address of record ${first} is not valid`);
    expect(output).toMatch(text);
    const named = output.split('\n').filter((line) => !/ (?:info|warn|error): |^19 more times/.test(line));
    expect(named.join('\n')).not.toMatch(/record no\./i);
  });

  describe('with a mapper that fails', () => {
    let file: string;

    beforeEach(() => {
      file = path.join(folder, 'flow.json');
      const flow = readFileSync(path.join(root, 'flows/group-to-group.elasticio.json'), 'utf8');
      writeFileSync(file, flow.replace('"data": "data"', '"data": { "email": "data.email + 1" }'));
    });

    it('reports the next step, the position and the reason once, and the first record', async () => {
      const { code, output } = await run('flow.ts', [file], env);
      const text = 'step_2 upsertReceiver: Error: The mapper after step_1 fails: "data.email" at character 12: ';
      expect(output.split('\n').filter((line) => line.startsWith(text))).toEqual([
        expect.stringMatching(/ \(record \d+\)$/),
      ]);
      expect(output).toMatch(/^19 more times: step_2 upsertReceiver: /m);
      expect(output).toContain('step_1: 20 messages sent, 0 failures');
      expect(output).toContain('step_2: 0 messages sent, 20 failures');
      expect(output).not.toMatch(/\[object Object\]|@example/);
      expect(code).toBe(1);
    });
  });

  it.each([['--dry-run'], ['--print']])(
    'shows control characters of names and values with %s, and executes none',
    async (option) => {
      const [source = ''] = groups;
      const store = '\u001b]0;X\u0007\u009b2JX\u202e\r\nstep_2: 5 messages sent, 0 failures';
      sandbox.account.addReceiver(source, { email: 'mia@example.org', attributes: { store } });
      const file = path.join(folder, 'flow.json');
      const flow = readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8');
      writeFileSync(file, flow.replace(/"name": "[^"]*"/, '"name": "F\\u001b[2J\\nstep_9: x"'));
      const { output } = await run('flow.ts', [file, option], env);
      expect(output).toContain('\\u001b]0;X\\u0007\\u009b2JX\\u202e');
      expect(output).toContain('F\\u001b[2J\\u000astep_9');
      expect(output).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
      expect(output).not.toMatch(/^step_2: 5|^step_9/m);
    },
  );

  it('ends quietly if the reader of its output has closed', async () => {
    const command = `${process.execPath} --import tsx tools/flow.ts flows/group-to-group.json --print | head -1`;
    const { PATH = '', HOME = '' } = process.env;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
      cwd: root,
      env: { PATH, HOME, ...env },
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Running /);
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it('runs a flow as GET /flows/:id of OIH returns it', async () => {
    const file = path.join(folder, 'flow.json');
    const flow = JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')) as object;
    const added = { id: '5f5f5f5f5f5f5f5f5f5f5f5f', status: 'inactive', owners: [], createdAt: '2026-07-26T00:00:00Z' };
    writeFileSync(file, JSON.stringify({ data: { ...flow, ...added }, meta: {} }));
    const { code, output } = await run('flow.ts', [file], env);
    expect(output).toContain('step_2: 20 messages sent, 0 failures');
    expect(code).toBe(0);
  });

  it('prints the log of the steps, each line once', async () => {
    const [source = '', target = ''] = groups;
    sandbox.account.addAttribute({ name: 'shoesize', groupId: source });
    const before = sandbox.account.size(target);
    for (const { email } of sandbox.account.receivers(source))
      sandbox.account.edit(source, String(email), { attributes: { shoesize: '42' } });
    const { code, output } = await run('flow.ts', ['flows/group-to-group.json'], env);
    expect(output.match(/^step_2 warn: .*not defined there: .*shoesize/gm)).toHaveLength(1);
    // one line for each write, which may be of several messages
    const created = [...output.matchAll(/^step_2 info: Wrote to group .*?(\d+) created/gm)].map(([, count]) =>
      Number(count),
    );
    expect(created.reduce((sum, count) => sum + count, 0)).toBe(sandbox.account.size(target) - before);
    expect(sandbox.account.size(target)).toBeGreaterThan(before);
    expect(code).toBe(0);
  });

  it('prints an error that a later step logs without failing a message', async () => {
    const file = path.join(folder, 'flow.json');
    const flow = readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8');
    const deletion = '{"data": {"deleteRequested": "2026-07-26T00:00:00Z", "email": data.email}}';
    const mapping = `"customMapping": ${JSON.stringify(deletion)}`;
    writeFileSync(
      file,
      flow
        .replace('"Newsletter", "skipTransformation": true', `"Newsletter", ${mapping}`)
        .replace('"Customers",', '"Customers", "deletes": true,'),
    );
    sandbox.faults.add({ method: 'DELETE', path: /receivers/, kind: 'status', status: 400 });
    const { code, output } = await run('flow.ts', [file], env);
    expect(output).toMatch(/^step_2 error: Wrote to group \d+, 1 record: 1 deletion failed\. .+/m);
    expect(output).toContain('step_2: 20 messages sent, 0 failures');
    expect(code).toBe(0);
  });

  it('a dry run fails for a configuration that OIH would refuse', async () => {
    const file = path.join(folder, 'flow.json');
    const flow = JSON.parse(readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8')) as {
      graph: { nodes: { fields: object; nodeSettings?: object }[] };
    };
    Object.assign(flow.graph.nodes[1] ?? {}, { nodeSettings: { idLinking: true } });
    Object.assign(flow.graph.nodes[1]?.fields ?? {}, { onError: 'emit' });
    writeFileSync(file, JSON.stringify(flow));
    const { code, errors } = await run('flow.ts', [file, '--dry-run'], env);
    expect(errors).toMatch(/^step_2 upsertReceiver: ConfigurationError: .*"onError" cannot be "emit"/m);
    expect(code).toBe(1);
  });

  it('ends with 2 before anything runs if a step has an unknown field', async () => {
    const file = path.join(folder, 'flow.json');
    const flow = readFileSync(path.join(root, 'flows/group-to-group.json'), 'utf8');
    writeFileSync(file, flow.replace('"Customers",', '"Customers", "dryrun": true,'));
    const { code, output } = await run('flow.ts', [file], env);
    expect(output).toBe('step_2 upsertReceiver: Unknown field "dryrun". Did you mean "dryRun"?\n');
    expect(code).toBe(2);
    expect(sandbox.requests).toEqual([]);
  });

  it.each([
    ['no file', [], 'Usage: npm run flow'],
    ['a file that is missing', ['nowhere.json'], 'nowhere.json cannot be read: ENOENT'],
    ['a file that is not JSON', ['README.md'], 'README.md is not JSON: '],
    ['the document of a component', ['flows/component.oih.json'], 'it has no "graph" with nodes and edges.'],
    [
      'a place for the snapshot',
      ['flows/group-to-group.json', '--snapshot', 'nowhere/s.json'],
      'nowhere/s.json could not be written',
    ],
    ['no account', ['flows/group-to-group.json'], 'CLEVERREACH_CLIENT_ID'],
  ])('ends with 2 and states what is needed with only %s', async (_, args, text) => {
    const { code, output, errors } = await run('flow.ts', args, args.includes('--snapshot') ? env : {});
    expect(errors).toContain(text);
    expect(output).toBe(errors);
    expect(code).toBe(2);
    expect(sandbox.requests).toEqual([]);
    expect(existsSync(path.join(root, 'snapshot.json'))).toBe(false);
  });
});
