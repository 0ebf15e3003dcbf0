/**
 * The functions that mappings have in addition to those of JSONata. What a JSONata expression spells out costs a hundred
 * times what a function does here, so the default mappings are tables of calls. Each function takes whatever it is
 * given: a value of the wrong kind is like none, nothing throws, and a blank comes out as undefined, so that its key
 * vanishes from the result.
 */

import type { Expression, Focus } from 'jsonata';
import { addresses, mainAddress, streetLine } from './functions/address';
import { attribute, attributes } from './functions/attributes';
import { contact, contactData } from './functions/contactData';
import { birthday, isoDate } from '../utils/dates';
import { gender, languageTag, mailboxName } from './functions/names';
import { person, receiver, recordMetadata } from './functions/person';
import { categories, tags } from './functions/tags';
import { firstText, text } from '../utils/text';

/** One function as mappings see it: `use` is how it is called, `does` what it gives. */
export interface MappingFunction {
  readonly name: string;
  readonly use: string;
  readonly does: string;
  readonly run: (this: Focus, ...values: unknown[]) => unknown;
}

export const MAPPING_FUNCTIONS: readonly MappingFunction[] = [
  {
    name: 'person',
    use: '$person(receiver, {"firstName": "firstname, vorname", …, "addresses": {…}, "contactData": {…}})',
    does: 'the person with these properties read from these attributes, its email and its tags',
    run: (data, table) => person(data, table),
  },
  {
    name: 'receiver',
    use: '$receiver(person, {"firstName": "firstname, vorname", …, "addresses": {…}, "contactData": {…}})',
    does: 'the receiver with these properties under these names, its email and its tags; aliases says which names hold the same value. Names made by $mailboxName are left out',
    run: (data, table) => receiver(data, table),
  },
  {
    name: 'recordMetadata',
    use: '$recordMetadata(message)',
    does: 'the metadata of the message with the id in its data as the text recordUid',
    run: (message) => recordMetadata(message),
  },
  {
    name: 'text',
    use: '$text(value)',
    does: 'a text without blanks around it, a number as text, also where it stands alone in a list; nothing for a blank or anything else',
    run: (value) => text(value),
  },
  {
    name: 'firstText',
    use: '$firstText(value, value, …)',
    does: 'the first of the values that is not blank',
    run: (...values) => firstText(...values),
  },
  {
    name: 'attribute',
    use: '$attribute("firstname, vorname")',
    does: 'the first value under these names in attributes, then in global_attributes, of the receiver that is the context ($attribute(names, receiver) for another)',
    run(names, ...receiver) {
      return attribute(receiver.length > 0 ? receiver[0] : this.input, names);
    },
  },
  {
    name: 'attributes',
    use: '$attributes({"firstname, vorname": value, …})',
    does: 'each value under every one of its names, without blanks; nothing if all are blank',
    run: (table) => attributes(table),
  },
  {
    name: 'mailboxName',
    use: '$mailboxName(email)',
    does: '{firstName, lastName} in lower case, made from the part before the @; nothing if it has no word',
    run: (email) => mailboxName(email),
  },
  {
    name: 'gender',
    use: '$gender(value)',
    does: 'male, female or intersexual for the usual English and German words; else nothing',
    run: (value) => gender(value),
  },
  {
    name: 'languageTag',
    use: '$languageTag(value)',
    does: 'de-DE for de_DE',
    run: (value) => languageTag(value),
  },
  {
    name: 'birthday',
    use: '$birthday(value)',
    does: 'the same as $isoDate; nothing for 0, 0000-00-00 and unix time after today; any other text as it is',
    run: (value) => birthday(value),
  },
  {
    name: 'isoDate',
    use: '$isoDate(value)',
    does: 'YYYY-MM-DD for a date in any usual spelling that can be read in one way only; else nothing',
    run: (value) => isoDate(value),
  },
  {
    name: 'addresses',
    use: '$addresses({"street": …, "zipCode": …, "city": …, "region": …, "country": …})',
    does: 'a list of one address of a person, with the house number apart from the street; nothing if no part is known',
    run: (parts) => addresses(parts),
  },
  {
    name: 'mainAddress',
    use: '$mainAddress(addresses)',
    does: 'the address marked as primary, else the first',
    run: (list) => mainAddress(list),
  },
  {
    name: 'streetLine',
    use: '$streetLine(address)',
    does: 'street, house number and unit in one line',
    run: (address) => streetLine(address),
  },
  {
    name: 'contactData',
    use: '$contactData({"email": …, "phone": …})',
    does: 'a list of {type, value} without blanks; nothing if all are blank',
    run: (values) => contactData(values),
  },
  {
    name: 'contact',
    use: '$contact(contactData, "phone")',
    does: 'the value of this kind marked as primary, else the first; kinds are email, phone, mobile, fax, url',
    run: (list, kind) => contact(list, kind),
  },
  {
    name: 'categories',
    use: '$categories(tags)',
    does: 'tags as {name, label}, each once, also from one text with commas or semicolons; nothing if the list is empty',
    run: (list) => categories(list),
  },
  {
    name: 'tags',
    use: '$tags(categories)',
    does: 'categories as tags, each once, also from one text with commas or semicolons, without those that begin with "-"; nothing if the list is empty',
    run: (list) => tags(list),
  },
];

/** Makes the functions known to an expression. */
export function registerFunctions(expression: Expression): void {
  // without a signature: JSONata's own check of it costs more than the function
  for (const { name, run } of MAPPING_FUNCTIONS) expression.registerFunction(name, run);
}
