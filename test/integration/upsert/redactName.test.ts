/** Names that a record gives: they can be read, and show neither an address nor a long number. */

import { ConfigurationError, messageOf } from '../../../lib/utils/errors';
import { errorOf, useBench, type Bench } from '../../support/upsert/bench';

const start = useBench();

describe('an error and the log', () => {
  const CALL = '+49 170 1234567';
  const said = async (bench: Bench, receiver: Record<string, unknown>, entry?: object): Promise<string> => {
    const record = { metadata: {}, entry: { ...entry }, receiver: { email: 'jo@example.org', ...receiver } };
    const results = await bench.write([record], entry ? { groupId: null } : {});
    const errors = results.map((result) => (result.kind === 'failed' ? messageOf(result.error) : ''));
    return [...errors, ...Object.values<string[]>({ ...bench.lines }).flat()].join('\n');
  };

  it.each<[string, Record<string, unknown>]>([
    ['an attribute that is not defined', { global_attributes: { [CALL]: 'x' } }],
    ['an attribute that is not a string', { attributes: { [CALL]: {} } }],
    ['attributes in two spellings', { attributes: { [`a ${CALL}`]: 'x', [`A ${CALL}`]: 'y' } }],
    ['a member that is not written', { [CALL]: 'x' }],
    ['a property without an attribute', { attributes: { [CALL]: 'x' }, aliases: { [`p ${CALL}`]: [CALL] } }],
  ])('name %s without its number', async (_, receiver) => {
    const text = await said(await start(), receiver);
    expect(text).toContain('<number>');
    expect(text).not.toContain('1234567');
  });

  it('name the categories of a record that name no group', async () => {
    const bench = await start();
    const name = `Max Mustermann ${CALL}`;
    expect(await said(bench, {}, { categories: [name, 'of jo@example.org'] })).toContain(
      'no group is named "Max Mustermann <number>", "<address>"',
    );
  });

  it('name a category that names two groups', async () => {
    const bench = await start();
    const name = `Max Mustermann ${CALL}`;
    for (let group = 0; group < 2; group += 1) bench.sandbox.account.addGroup(name);
    const [result] = await bench.write(
      [{ metadata: {}, entry: { categories: name }, receiver: { email: 'jo@example.org' } }],
      { groupId: null },
    );
    expect(errorOf(result)).toBeInstanceOf(ConfigurationError);
    expect(errorOf(result).message).toContain('The category "Max Mustermann <number>" names 2 groups');
  });
});
