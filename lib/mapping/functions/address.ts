/** Postal addresses: CleverReach has one field for street and house number, an OIH person has two. */

import { asList } from '../../utils/lists';
import { isObject } from '../../utils/objects';
import { isMark, isPrimary } from './primary';
import { entriesOf, firstText, holdsValue, property, text } from '../../utils/text';

/** A blank, 1 to 5 digits that do not begin with 0, and at most one letter. */
const HOUSE_NUMBER = /^(.*\S)\s+([1-9]\d{0,4})(\p{L})?$/su;
const ONE_LETTER = /^\p{L}$/u;
const COUNTRY_CODE = /^[a-z]{2}$/i;

/** An address of a person as produced by a mapping. */
export type Address = Record<string, string | number>;

function streetOf(line: string): Address {
  const [, street, number = '', unit] = HOUSE_NUMBER.exec(line) ?? [];
  if (street === undefined) return { street: line };
  const apart = { street, streetNumber: Number(number), ...(unit !== undefined && { unit }) };
  // if the street contains the same number twice, the reverse conversion would lose one
  return streetLine(apart) === `${street} ${number}${unit ?? ''}` ? apart : { street: line };
}

function countryOf(country: string): Address {
  return COUNTRY_CODE.test(country) ? { countryCode: country.toUpperCase() } : { country };
}

/**
 * The address of a person.
 * @param parts `{street, zipCode, city, region, country, …}`, each a string. A house number at the end of the street is
 *   split off; a two-letter country becomes the country code; other parts are unchanged
 * @returns a list of one address without blanks; undefined if no part is known
 */
export function addresses(parts: unknown): Address[] | undefined {
  const address: Address = {};
  for (const [part, value] of entriesOf(parts)) {
    const found = text(value);
    if (found === undefined) continue;
    if (part === 'street') Object.assign(address, streetOf(found));
    else if (part === 'country') Object.assign(address, countryOf(found));
    else address[part] = found;
  }
  return Object.keys(address).length > 0 ? [address] : undefined;
}

/** How other connectors spell the parts of an address, and which field replaces a missing part. */
const SUBSTITUTES: Readonly<Record<string, readonly string[]>> = {
  streetNumber: ['houseNumber'],
  zipCode: ['zipcode', 'zip', 'postalCode', 'postcode', 'plz'],
  city: ['town', 'ort'],
  region: ['state'],
  country: ['countryCode'],
};

/** The fields of an address that are read. */
export const ADDRESS_FIELDS: readonly string[] = ['street', 'unit', ...Object.entries(SUBSTITUTES).flat(2)];

function namesOf(part: string): readonly string[] {
  return [part, ...(SUBSTITUTES[part] ?? [])];
}

function partOf(address: unknown, part: string): string | undefined {
  return firstText(...namesOf(part).map((name) => property(address, name)));
}

/** @returns the fields whose value differs from the spelling of the same part that is read */
export function contradictingFields(address: unknown): string[] {
  return Object.keys(SUBSTITUTES).flatMap((part) => {
    const read = partOf(address, part);
    return namesOf(part).filter((name) => (text(property(address, name)) ?? read) !== read);
  });
}

/**
 * @returns the address marked as primary, see {@link isPrimary}, else the first one. An address without content (only a
 *   label and an id) counts only if no other has content
 */
export function mainAddress(list: unknown): Record<string, unknown> | undefined {
  const all = asList(list).filter(isObject);
  const filled = all.filter((one) =>
    Object.entries(one).some(([name, value]) => !isMark(name) && typeof value !== 'boolean' && holdsValue(value)),
  );
  const counting = filled.length > 0 ? filled : all;
  return counting.find(isPrimary) ?? counting[0];
}

/**
 * @returns "Hohestr. 3a": street, house number and unit in one line. A house number at the start or end of the street
 *   and a unit at the end are not repeated
 */
export function streetLine(address: unknown): string | undefined {
  const street = text(property(address, 'street'));
  const number = partOf(address, 'streetNumber');
  const unit = text(property(address, 'unit'));
  const house = houseOf(number, unit);
  if (street === undefined || house === undefined) return street ?? house;
  if (isStreet(beforeEnd(street, house)) || (number !== undefined && beginsWith(street, house))) return street;
  if (number === undefined) return `${street} ${house}`;
  // the letter of "12a" may be the same unit
  if (unit === undefined && isStreet(beforeEnd(street, number, String.raw`\p{L}`))) return street;
  const isGlued = unit !== undefined && isStreet(beforeEnd(street, number));
  return isGlued ? street + house.slice(number.length) : `${street} ${house}`;
}

/** "3a", "3 Top 5". */
function houseOf(number: string | undefined, unit: string | undefined): string | undefined {
  if (number === undefined || unit === undefined) return number ?? unit;
  if (ONE_LETTER.test(unit)) return number.toLowerCase().endsWith(unit.toLowerCase()) ? number : number + unit;
  return beforeEnd(number, unit) === undefined ? `${number} ${unit}` : number;
}

/** In Mannheim a street is a letter and a number: in "C 4" the 4 is not a house number. */
function isStreet(text: string | undefined): boolean {
  return text !== undefined && /\p{L}{2}/u.test(text);
}

/** Letters, digits, and each other character separately. */
const PIECES = /\p{N}+|\p{L}+|[^\p{N}\p{L}]/gu;
/** Longer strings are not compared. */
const MAX_HOUSE = 40;

/** A pattern for a house number, with optional blanks between digits, letters and other characters. */
function spellings(house: string): string {
  const words = house.split(/\s+/).map((word) => (word.match(PIECES) ?? []).map(literal).join(String.raw`\s*`));
  return words.join(String.raw`\s+`);
}

function literal(piece: string): string {
  return piece.replace(/[^\p{L}\p{N}]/u, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
}

/**
 * @returns the string before a house number at the end that is not preceded by a letter or digit; undefined if there is
 *   none
 */
function beforeEnd(line: string, house: string, more = ''): string | undefined {
  if (house.length > MAX_HOUSE || lacksDigits(line, house)) return undefined;
  return new RegExp(String.raw`^(.*)(?<![\p{L}\p{N}])${spellings(house)}${more}$`, 'isu').exec(line)?.[1];
}

/**
 * Whether a string cannot contain a house number. This check is fast, whereas a pattern for each number takes long to
 * compile.
 */
function lacksDigits(line: string, house: string): boolean {
  const digits = /\d+/.exec(house)?.[0];
  return digits !== undefined && !line.includes(digits);
}

/** Matches "10 Downing Street", but not "3. Weg" or "25 de Abril". */
function beginsWith(street: string, house: string): boolean {
  if (house.length > MAX_HOUSE || lacksDigits(street, house)) return false;
  const start = new RegExp(String.raw`^${spellings(house)}(?:\s*,\s*|\s+)(?!(?:d[aeio]|del|of)\s)(.*)$`, 'isu');
  return isStreet(start.exec(street)?.[1]);
}

/**
 * The reverse of {@link addresses} for one part.
 * @param address an address of a person
 * @param part street (with house number and unit), zipCode, city, region, country, …
 */
export function addressPart(address: unknown, part: string): string | undefined {
  return part === 'street' ? streetLine(address) : partOf(address, part);
}
