/** Streets of several countries go to CleverReach and come back without a loss, and then no longer change. */

import fc from '../../support/fastCheck';
import { attributesOf, personOf } from '../../support/mapping/defaultMappings';
import { examples } from '../../support/runs';

const LINES = [
  'Weg 12 A 12A',
  'Weg 12 A',
  '12A Weg 12',
  '12 Weg 12',
  'Straße des 17. Juni 135',
  'C 4, 12',
  'Mannheim C 4, 12',
  'Q7, 24',
  '10 Downing Street',
  '221B Baker Street',
  'Flat 3, 12 High Street',
  '12 bis, rue de la Paix',
  'Via Roma 3/A',
  'Calle de Alcalá 42, 3º B',
  'Rua 25 de Abril 25',
  'Wiener Str. 5/2/17',
  'Krakowskie Przedmieście 26/28',
  'Hohestr. 12-14',
  'Hohestr. 12 - 14 a',
  'Hohestr. 3a Hinterhaus',
  'Postfach 10 20 30',
  '1600 Pennsylvania Avenue NW',
  '42nd Street 42',
  'Kerkstraat 12 bis 12',
  'Nørregade 10, 2. tv',
  'ul. Ленина, д. 5, кв. 12',
  '三丁目 5番 12',
  '5',
  '5 5',
  'A 5 5A',
];
const name = fc.constantFrom(
  'Weg',
  'Weg 12',
  '12A Weg',
  '12 Weg',
  'C 4',
  'C 4,',
  'Straße des 17. Juni',
  '3. Weg',
  'Weg 12 A',
  'Weg 12A',
  'rue 7',
  '25 de Abril',
  '7',
  'Å',
);
const number = fc.constantFrom<string | number | undefined>(
  12,
  '12',
  '12A',
  '12 A',
  '12-14',
  '12 - 14',
  '3/5',
  4,
  17,
  25,
  '3.',
  7,
  '007',
  'A',
  undefined,
);
const unit = fc.constantFrom<string | number | undefined>('A', 'a', 'Top 5', '12', '12A', 4, undefined);

const words = (text: string | number | undefined): string[] =>
  String(text ?? '')
    .toLowerCase()
    .match(/\p{N}+|\p{L}+/gu) ?? [];

/** What is written for an address, what is read of that, and what is written for it then. */
async function trip(
  address: Record<string, unknown>,
): Promise<{ once?: string; read: unknown; twice?: string; readAgain: unknown }> {
  const lineOf = async (addresses: unknown): Promise<string> =>
    ((await attributesOf({ addresses })) as { street: string }).street;
  const once = await lineOf([address]);
  const read = (await personOf({ street: once }))['addresses'];
  const twice = await lineOf(read);
  return { once, read, twice, readAgain: (await personOf({ street: twice }))['addresses'] };
}

describe('a street that is written to CleverReach and read back', () => {
  it.each(LINES)('is always the same line: %s', async (street) => {
    const { once, read, twice, readAgain } = await trip({ street });
    expect([once, twice]).toEqual([street, street]);
    expect(readAgain).toEqual(read);
  });

  it('keeps all its parts in any spelling, and does not change on the second round trip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, fc.constantFrom(...LINES)), number, unit, async (street, streetNumber, given) => {
        const { once, read, twice, readAgain } = await trip({ street, streetNumber, unit: given });
        expect(twice).toBe(once);
        expect(readAgain).toEqual(read);
        const kept = words(once).join('');
        for (const word of [street, streetNumber, given].flatMap(words)) expect(kept).toContain(word);
      }),
      examples(1000),
    );
  });

  it('contains no part twice that the person contains twice', async () => {
    const house = fc.constantFrom('12', '12A', '12 a', '12-14', '3/5', '135');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('Weg', 'Straße des 17. Juni', 'Am C 4'), house, async (street, streetNumber) => {
        const line = `${street} ${streetNumber}`;
        expect(await trip({ street: line, streetNumber })).toMatchObject({ once: line, twice: line });
        const english = `${streetNumber} ${street}`;
        expect(await trip({ street: english, streetNumber })).toMatchObject({ once: english, twice: english });
      }),
      examples(300),
    );
  });
});
