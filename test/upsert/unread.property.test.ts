/** Every value of a person is in the receiver that is made of it, or the name of its member is said. */

import fc from 'fast-check';
import { defaultMapping } from '../../lib/mapping/defaultMapping';
import { unreadMembers } from '../../lib/upsert/plan/ignoredMembers';
import { textsIn } from '../../lib/utils/json';
import { examples } from '../support/runs';

/** Made distinct by {@link numbered}. */
const TOKEN = 'Value';
const token = fc.constant(TOKEN);

/** A value as others write it. */
const given = fc.oneof(
  { weight: 4, arbitrary: token },
  fc.constantFrom<unknown>(
    [TOKEN],
    { 0: TOKEN },
    [TOKEN, TOKEN],
    { a: TOKEN },
    [[TOKEN]],
    [null, TOKEN],
    [{ a: TOKEN }],
  ),
  fc.constantFrom<unknown>(true, 2 ** 60, 7),
);
const some = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), given, { maxKeys: 4 });
const list = (one: fc.Arbitrary<unknown>) =>
  fc.oneof(
    one,
    token,
    fc.array(fc.oneof({ weight: 4, arbitrary: one }, token), { maxLength: 3 }),
    fc.array(fc.array(one, { maxLength: 2 }), { maxLength: 2 }),
    one.map((member) => ({ 0: member, 3: member })),
  );

const address = some(
  ...['street', 'streetNumber', 'houseNumber', 'unit', 'zipCode', 'zip', 'city', 'town', 'region', 'state'],
  ...['country', 'countryCode', 'label', 'description', 'primary', 'primaryContact', 'type', 'district', 'Street'],
);
const contact = fc
  .tuple(
    fc.constantFrom<object>(...['email', 'Phone', 'handy', 'url', 'skype', ['fax']].map((type) => ({ type })), {}),
    some('value', 'label', 'description', 'isPrimary', 'name', 'number'),
  )
  .map(([type, rest]) => ({ ...rest, ...type }));
const category = fc.oneof(token, fc.constant(`-${TOKEN}`), some('name', 'label', 'title'));
const optional = <Item>(arbitrary: fc.Arbitrary<Item>) => fc.option(arbitrary, { nil: null });

const person = fc
  .record({
    words: some('firstName', 'firstname', 'lastName', 'title', 'gender', 'birthday', 'language', 'nickname', 'email'),
    addresses: optional(list(address)),
    contactData: optional(list(contact)),
    categories: optional(list(category)),
  })
  .map(({ words, ...lists }) => ({ ...words, ...lists }))
  .map(numbered);

function numbered(value: object): Record<string, unknown> {
  let count = 0;
  return JSON.parse(JSON.stringify(value).replaceAll(TOKEN, () => `${TOKEN}${(count += 1)}x`)) as Record<
    string,
    unknown
  >;
}

describe('a value of a person', () => {
  it('is written, or its member is named, and it is never shown', async () => {
    await fc.assert(
      fc.asyncProperty(person, async (data) => {
        const { data: mapped } = await defaultMapping('person-to-receiver')({ data });
        const kept = JSON.stringify({ ...mapped, aliases: undefined });
        const said = unreadMembers(data).join(' ');
        expect(said).not.toContain(TOKEN);
        const silent = Object.entries(data).filter(([member, value]) => {
          const values = [...textsIn(value)].flatMap((text) => text.match(/Value\d+x/) ?? []);
          return !values.every((one) => kept.includes(one)) && !new RegExp(String.raw`\b${member}\b`).test(said);
        });
        expect(silent).toEqual([]);
      }),
      examples(1000),
    );
  });
});
