/** Postal addresses: CleverReach has the street and its number in one field, an OIH person has them apart. */

import { asList } from '../../lists';
import { isObject } from '../../objects';
import { isMark, isPrimary } from './primary';
import { entriesOf, firstText, holdsValue, property, text } from './text';

/** A blank, 1 to 5 digits that do not begin with 0, at most one letter. */
const HOUSE_NUMBER = /^(.*\S)\s+([1-9]\d{0,4})(\p{L})?$/su;
const ONE_LETTER = /^\p{L}$/u;
const COUNTRY_CODE = /^[a-z]{2}$/i;

/** An address of a person as a mapping makes it. */
export type Address = Record<string, string | number>;

function streetOf(line: string): Address {
  const [, street, number = '', unit] = HOUSE_NUMBER.exec(line) ?? [];
  // of two equal numbers the street would lose one on the way back
  if (street === undefined || endsWith(street, number)) return { street: line };
  return { street, streetNumber: Number(number), ...(unit !== undefined && { unit }) };
}

function countryOf(country: string): Address {
  return COUNTRY_CODE.test(country) ? { countryCode: country.toUpperCase() } : { country };
}

/**
 * The address of a person.
 * @param parts `{street, zipCode, city, region, country, …}`, each a text; a house number at the end of the street is
 *   taken off, two letters as the country are a country code, other parts stay as they are
 * @returns a list of one address without blanks; undefined if no part of it is known
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

/** How other connectors spell the parts of an address, and what stands in where a part is missing. */
const SUBSTITUTES: Readonly<Record<string, readonly string[]>> = {
  streetNumber: ['houseNumber'],
  zipCode: ['zipcode', 'zip', 'postalCode', 'postcode', 'plz'],
  city: ['town', 'ort'],
  region: ['state'],
  country: ['countryCode'],
};

/** The members of an address that are read. */
export const ADDRESS_MEMBERS: readonly string[] = ['street', 'unit', ...Object.entries(SUBSTITUTES).flat(2)];

function partOf(address: unknown, part: string): string | undefined {
  const names = [part, ...(SUBSTITUTES[part] ?? [])];
  return firstText(...names.map((name) => property(address, name)));
}

/**
 * @returns the address marked as primary, see {@link isPrimary}, else the first one. One without any content (a label and an id are none)
 *   counts only where no other has any
 */
export function mainAddress(list: unknown): Record<string, unknown> | undefined {
  const all = asList(list).filter(isObject);
  const filled = all.filter((one) =>
    Object.entries(one).some(([name, value]) => !isMark(name) && typeof value !== 'boolean' && holdsValue(value)),
  );
  const counting = filled.length > 0 ? filled : all;
  return counting.find(isPrimary) ?? counting[0];
}

/** @returns "Hohestr. 3a": street, number and unit of an address in one line; what the street ends with already is not repeated */
export function streetLine(address: unknown): string | undefined {
  const street = text(property(address, 'street'));
  const number = partOf(address, 'streetNumber');
  const unit = text(property(address, 'unit'));
  const together = number !== undefined && unit !== undefined && ONE_LETTER.test(unit);
  const house = inOneLine(together ? [number + unit] : [number, unit]);
  if (street === undefined || house === undefined || number === undefined) return inOneLine([street, house]);
  if (endsWith(street, house)) return street;
  return endsWith(street, number) ? street + house.slice(number.length) : inOneLine([street, house]);
}

function inOneLine(words: readonly (string | undefined)[]): string | undefined {
  return text(words.filter((word) => word !== undefined).join(' '));
}

/** Whether a street ends with a house number, before which there is no letter and no digit. */
function endsWith(street: string, number: string): boolean {
  const start = street.length - number.length;
  if (start < 1 || street.slice(start).toLowerCase() !== number.toLowerCase()) return false;
  return !/[\p{L}\p{N}]$/u.test(street.slice(0, start));
}

/**
 * The opposite of {@link addresses} for one part.
 * @param address an address of a person
 * @param part street (with number and unit), zipCode, city, region, country, …
 */
export function addressPart(address: unknown, part: string): string | undefined {
  return part === 'street' ? streetLine(address) : partOf(address, part);
}
