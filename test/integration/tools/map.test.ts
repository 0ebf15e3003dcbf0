import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { map } from '../../../tools/map/command';
import { root, run } from '../../support/tools';

// processes of their own start slowly on a busy machine

const RECEIVER = 'docs/examples/receiver.json';
const PERSON = 'docs/examples/person.json';

/** The lines of a difference that begin with the mark. */
const marked = (output: string, mark: '+' | '-'): string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${mark} `) && !line.includes('default mapping'))
    .map((line) => line.slice(2).trim());

/** The command itself, without a process around it. */
async function command(args: string[], input = ''): Promise<{ code: number; output: string; errors: string }> {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await map(args, {
    input: Readable.from([input]),
    say: (text) => void lines.push(text),
    complain: (...texts) => void errors.push(...texts),
    coloured: false,
  });
  return { code, output: lines.join('\n'), errors: errors.join('\n') };
}

/** The mapping comes from the standard input. */
const tryOut = (mapping: string, sample: string, ...more: string[]) => command(['-', sample, ...more], mapping);

describe('npm run map', () => {
  let folder: string;
  const file = (name: string, content: unknown): string => {
    const place = path.join(folder, name);
    writeFileSync(place, JSON.stringify(content));
    return place;
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'map-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('shows that the worked example adds the shop number to the person, and changes nothing else', async () => {
    const { code, output } = await run('map.ts', ['docs/examples/shop-number.jsonata', RECEIVER]);
    expect(output).toContain('As in a trigger');
    expect(marked(output, '+')).toEqual(['"shopNumber": "K-1042",']);
    expect(marked(output, '-')).toEqual([]);
    expect(output).toContain('1 tried, 1 valid, 0 invalid.');
    expect(code).toBe(0);
  });

  it.each([
    ['receiver-to-person', RECEIVER],
    ['person-to-receiver', PERSON],
  ])('finds no difference between the default mapping %s and itself', async (mapping, sample) => {
    const { code, output } = await command([`mappings/${mapping}.jsonata`, sample]);
    expect(output).toContain('The same as the result of the default mapping.');
    expect(code).toBe(0);
  });

  it('shows an omitted line and a changed line, without colours if the output is not a terminal', async () => {
    const { output } = await tryOut(
      '{"metadata": metadata, "data": {"email": "a@example.org", "attributes": {"city": "Bremen"}}}',
      PERSON,
    );
    expect(marked(output, '-')).toContain('"email": "mia.muster@example.org",');
    expect(marked(output, '+')).toContain('"email": "a@example.org"');
    expect(output).not.toContain('\u001b');
  });

  it('maps every message of a list, and fails if one result is invalid', async () => {
    const person = (email: string) => ({ data: { contactData: [{ type: 'email', value: email }] }, metadata: {} });
    const samples = file('samples.json', [person('a@example.org'), person('no address')]);
    const { code, output } = await tryOut('{"data": {"email": data.contactData.value}}', samples);
    expect(output).toContain('invalid: The e-mail address of record no. 1 is not valid; nothing was written.');
    expect(output).toContain('2 tried, 1 valid, 1 invalid.');
    expect(code).toBe(1);
  });

  it('names an invalid sample, and maps the others', async () => {
    const good = (id: string) => ({ id, email: `${id}@example.org`, attributes: {} });
    const samples = file('samples.json', [good('1'), { email: 'a@example.org', attributes: {} }, 5, good('4')]);
    const { code, output } = await tryOut('{"data": {"email": data.email}}', samples);
    expect(output).toMatch(/^sample 2:\n {2}not tried, because the sample is invalid: .*a row without an id/m);
    expect(output).toMatch(/^sample 3:\n {2}not tried, because the sample is invalid: it is not an object;/m);
    expect(output).toContain('"email": "1@example.org"');
    expect(output).toContain('"email": "4@example.org"');
    expect(output).toContain('2 tried, 2 valid, 0 invalid; 2 not tried.');
    expect(code).toBe(2);
    expect((await tryOut('$error("x")', samples)).code).toBe(1);
  });

  it('can read the sample from the standard input', async () => {
    const mapping = 'mappings/receiver-to-person.jsonata';
    const { code, output } = await run('map.ts', [mapping, '-'], {}, readFileSync(path.join(root, RECEIVER), 'utf8'));
    expect(output).toContain('"value": "mia.muster@example.org"');
    expect(code).toBe(0);
  });

  it('passes a mapping the same input as a trigger: the id as metadata, and numbers as strings', async () => {
    const sample = file('raw.json', {
      id: 7,
      email: 'a@example.org',
      attributes: [],
      global_attributes: { points: 5 },
    });
    const { output } = await tryOut(
      '{"data": {"uid": metadata.recordUid, "kind": $type(data.global_attributes.points)}}',
      sample,
    );
    expect(marked(output, '+')).toEqual(expect.arrayContaining(['"uid": "7"', '"kind": "string",']));
    expect(output).toContain('"recordUid": "7"');
  });

  it('says that a trigger skips a receiver for which the mapping returns nothing, and that the action does not', async () => {
    const skipped = await tryOut('$none', RECEIVER);
    expect(skipped).toMatchObject({ code: 0, output: expect.stringContaining('skipped: ') as string });
    expect(await tryOut('null', PERSON)).toMatchObject({
      code: 1,
      output: expect.stringContaining('invalid: the customMapping returned nothing') as string,
    });
  });

  it('reports that a result of a trigger is not a person, without failing', async () => {
    const { code, output } = await tryOut('{"data": {"gender": "f", "contactData": "none"}}', RECEIVER);
    expect(output).toContain(
      'note: not an OIH person: data.gender must be equal to one of the allowed values (["male"',
    );
    expect(output).toContain('note: not an OIH person: data.contactData must be array');
    expect(code).toBe(0);
  });

  it.each([
    [
      'an attribute that is a list',
      '{"data": {"email": "a@example.org", "attributes": {"a": [1, 2]}}}',
      'Attribute "a"',
    ],
    ['tags that are not strings', '{"data": {"email": "a@example.org", "tags": [true]}}', '"tags"'],
    ['no message', '"text"', 'it must return {metadata, data}'],
    ['its own error', '$error("no shop number")', 'the customMapping failed at character 7: no shop number'],
    [
      'an endless recursion',
      '($f := function() {$f()}; $f())',
      /timeout after 1000 milliseconds|it was stopped after 1250 ms/,
    ],
    ['a function that is not available', '{"data": {"email": $eval("1")}}', '$eval is not available'],
  ])('fails a mapping for the action that returns %s', async (_, mapping, text) => {
    const { code, output } = await tryOut(mapping, PERSON);
    expect(output).toContain('invalid: ');
    expect(output).toMatch(text);
    expect(code).toBe(1);
  });

  it('reports what the action does not write, and that it needs an address if it has no id', async () => {
    const nameless = file('nameless.json', { metadata: { recordUid: '17' }, data: { firstName: 'Mia' } });
    const { code, output } = await tryOut('{"data": {"shop": "x"}}', nameless, '--action');
    expect(output).toContain('note: not written by the action: shop');
    expect(output).toContain('note: without an address only a receiver whose id is linked can be updated.');
    expect(code).toBe(0);
    const unlinked = await tryOut('{"data": {}}', file('person.json', { firstName: 'Mia' }));
    expect(unlinked.output).toContain('invalid: No receiver matches record no. 1');
    expect(unlinked.code).toBe(1);
  });

  it.each(['{"data": {"emial": data.contactData[0].value}}', '{"data": {}}'])(
    'fails a mapping for the action that loses the address: %s',
    async (mapping) => {
      const { code, output } = await tryOut(mapping, PERSON);
      expect(output).toContain('invalid: it has no "email", although the record has an address');
      expect(output).toContain('1 tried, 0 valid, 1 invalid.');
      expect(code).toBe(1);
    },
  );

  it('shows control characters of an error and of a result, and executes none', async () => {
    const failed = await tryOut('$error("\\u001b[2Jboo\\u0007\\nstep: fake")', PERSON);
    expect(failed.output).toContain('\\u001b[2Jboo\\u0007 step: fake');
    const shown = await tryOut('{"data": {"email": "a@example.org", "attributes": {"a": "\\u009b2J\\u202e"}}}', PERSON);
    expect(shown.output).toContain('\\u009b2J\\u202e');
    expect(failed.output + shown.output).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  });

  it('reads files with a byte order mark', async () => {
    const place = path.join(folder, 'bom.json');
    writeFileSync(place, `\ufeff${readFileSync(path.join(root, RECEIVER), 'utf8')}`);
    expect((await command(['mappings/receiver-to-person.jsonata', place])).code).toBe(0);
  });

  it('shows the line and the position of an error in an expression that cannot be parsed', async () => {
    const { code, output, errors } = await tryOut('{\n  "data": data.,\n}', RECEIVER);
    expect(output).toBe('');
    expect(errors).toContain('customMapping cannot be parsed at character 18');
    expect(errors).toContain('line 2, column 16:\n      "data": data.,\n                   ^');
    expect(code).toBe(1);
  });

  it('uses the given direction if the sample matches both', async () => {
    const both = file('both.json', { id: '1', email: 'a@example.org', firstName: 'Mia' });
    const mapping = '{"data": {"email": data.email}}';
    expect(await tryOut(mapping, both)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('add --trigger or --action') as string,
    });
    expect((await tryOut(mapping, both, '--action')).output).toContain('As in the action');
    expect((await tryOut(mapping, both, '--trigger')).output).toContain('As in a trigger');
  });

  it.each([
    ['no file', [], 'Usage: npm run map'],
    ['one file', [RECEIVER], 'Usage: npm run map'],
    ['a file that is not there', ['nowhere.jsonata', RECEIVER], 'nowhere.jsonata cannot be read'],
    ['a sample that is not JSON', ['docs/examples/shop-number.jsonata', 'README.md'], 'README.md is not JSON'],
    ['a sample that is not an object', ['docs/examples/shop-number.jsonata', '-', '--trigger'], 'it is not an object'],
    ['both directions', ['-', RECEIVER, '--trigger', '--action'], 'Only one of --trigger and --action'],
    ['an unknown option', ['-', RECEIVER, '--tigger'], "Unknown option '--tigger'."],
    ['three files', ['-', RECEIVER, RECEIVER], 'Unexpected argument'],
    ['an empty name', ['', RECEIVER], 'An argument is empty.'],
    ['the standard input for both', ['-', '-'], 'Only one of the two'],
  ])('ends with 2 and states what is needed when it is given %s', async (_, args, text) => {
    const { code, output, errors } = await command(args, '5');
    expect(text === 'it is not an object' ? output : errors).toContain(text);
    expect(code).toBe(2);
  });

  it('explains itself, with its exit codes', async () => {
    const { code, output, errors } = await command(['--help']);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^Usage: npm run map .*Exit code: 0 .*, 1 .*, 2 /s);
  });

  it('is coloured on a terminal, unless NO_COLOR is set', () => {
    const { PATH = '', HOME = '' } = process.env;
    const command = `${process.execPath} --import tsx tools/map.ts docs/examples/shop-number.jsonata ${RECEIVER}`;
    // script runs a command on a terminal of its own
    const onTerminal = (env: Record<string, string>): string =>
      execFileSync('script', ['-qec', command, '/dev/null'], {
        cwd: root,
        env: { PATH, HOME, ...env },
        encoding: 'utf8',
      });
    expect(onTerminal({})).toContain('\u001b[32m+     "shopNumber": "K-1042"');
    expect(onTerminal({ NO_COLOR: '1' })).not.toContain('\u001b[3');
  });
});

describe('the examples', () => {
  it('contain the shown mapping, and only existing lines of the default mapping', () => {
    const example = readFileSync(path.join(root, 'docs/examples/shop-number.jsonata'), 'utf8');
    const shipped = readFileSync(path.join(root, 'mappings/receiver-to-person.jsonata'), 'utf8');
    const rows = (text: string): string[] => text.match(/"\w+": "[\w, ]+"/g) ?? [];
    expect(rows(example)).toEqual(rows(shipped));
  });
});
