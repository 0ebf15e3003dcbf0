/** Normalises attribute values to the form of an OIH person. Values that are equal in this form need no write. */

import { addressPart, addresses } from './address';
import { birthday } from '../../utils/dates';
import { gender, languageTag } from './names';

const READ: ReadonlyMap<string, (value: string) => string | undefined> = new Map([
  ['gender', gender],
  ['birthday', birthday],
  ['language', languageTag],
  ['street', (value) => addressPart(addresses({ street: value })?.[0], 'street')],
  ['country', (value) => addressPart(addresses({ country: value })?.[0], 'country')],
]);

/**
 * @param property a property of a person, a part of an address, or a kind of contact data
 * @param value the value of an attribute
 * @returns "female" for the gender "Frau", de-DE for the language de_DE; a value without a normal form is unchanged
 */
export function normalisedValue(property: string, value: string): string {
  return READ.get(property)?.(value) ?? value;
}
