/** Titles of properties: a form of a platform shows them instead of the technical names. */

import type { Schema } from './jsonSchema';

/** Names that do not explain themselves. */
const TITLES: Readonly<Record<string, string>> = {
  oihUid: 'Id of the record in OIH',
  recordUid: 'Id of the record',
  applicationUid: 'Application of the record id',
  doiFormId: 'Form of the double-opt-in mail',
  changeType: 'Type of the change',
  cleverreach: 'The deleted receiver in CleverReach',
  since: 'Since when',
  doidata: 'Circumstances of the consent',
  wouldDo: 'What a real run would do',
  delete: 'Result of the delete request',
  deleteRequested: 'Deletion requested',
  stamp: 'Time',
  group_id: 'Id of the group',
  groups_id: 'Id of the group',
  mailing_id: 'Id of the mailing',
  type_id: 'Kind of the event',
};
const CAPITALS = new Set(['ip']);

/** A copy in which every property at every depth has a title. */
export function withTitles(schema: Schema): Schema {
  const { properties, items } = schema;
  const titled = Object.entries(properties ?? {}).map(([name, property]) => {
    return [name, withTitles({ title: TITLES[name] ?? inWords(name), ...property })] as const;
  });
  return {
    ...schema,
    ...(properties && { properties: Object.fromEntries(titled) }),
    ...(items && { items: withTitles(items) }),
  };
}

/** `zipCode` and `zip_code` become "Zip code". */
function inWords(name: string): string {
  const words = name.replace(/([a-z\d])(?=[A-Z])/g, '$1_').split('_');
  const text = words.map((word) => (CAPITALS.has(word) ? word.toUpperCase() : word.toLowerCase())).join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
