/** Postal addresses: CleverReach has the street and its number in one field, an OIH person has them apart. */

import { asList } from '../../lists';
import { isObject } from '../../objects';
import { isPrimary } from './primary';
import { entriesOf, firstText, property, text } from './text';

/** A blank, 1 to 5 digits that do not begin with 0, at most one letter. */
const HOUSE_NUMBER = /^(.*\S)\s+([1-9]\d{0,4})(\p{L})?$/su;
const ONE_LETTER = /^\p{L}$/u;
const COUNTRY_CODE = /^[a-z]{2}$/i;

/** An address of a person as a mapping makes it. */
export type Address = Record<string, string | number>;

function streetOf(line: string): Address {
  const [, street, number, unit] = HOUSE_NUMBER.exec(line) ?? [];
  if (street === undefined) return { street: line };
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

/** @returns the address marked as primary, see {@link isPrimary}, else the first one */
export function mainAddress(list: unknown): Record<string, unknown> | undefined {
  const all = asList(list).filter(isObject);
  return all.find(isPrimary) ?? all[0];
}

/** @returns "Hohestr. 3a": street, number and unit of an address in one line */
export function streetLine(address: unknown): string | undefined {
  const street = text(property(address, 'street'));
  const number = text(property(address, 'streetNumber'));
  const unit = text(property(address, 'unit'));
  const together = number !== undefined && unit !== undefined && ONE_LETTER.test(unit);
  const words = together ? [street, number + unit] : [street, number, unit];
  return text(words.filter((word) => word !== undefined).join(' '));
}

/** How other connectors spell the parts of an address, and what stands in where a part is missing. */
const SUBSTITUTES: Readonly<Record<string, string>> = { zipCode: 'zipcode', region: 'state', country: 'countryCode' };

/**
 * The opposite of {@link addresses} for one part.
 * @param address an address of a person
 * @param part street (with number and unit), zipCode, city, region, country, …
 */
export function addressPart(address: unknown, part: string): string | undefined {
  if (part === 'street') return streetLine(address);
  return firstText(property(address, part), property(address, SUBSTITUTES[part] ?? part));
}
