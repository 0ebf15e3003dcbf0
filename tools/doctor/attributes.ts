/** Which attributes a step writes, and which of them neither the group nor the account defines. */

import jsonata from 'jsonata';
import type { Definitions } from '../../lib/cleverreach/accountCache';
import { defaultMapping } from '../../lib/mapping/defaultMapping';
import { typesOf, placeValues } from '../../lib/upsert/plan/attributeFilter';
import { parseRow } from '../../lib/upsert/plan/row';
import { listOfNames } from '../../lib/upsert/redactName';
import { isObject } from '../../lib/utils/objects';
import { groupOf, shapeOf, TRIGGERS, type ExaminedStep } from './step';
import { ok, warning, type Verdict } from './verdict';

/** A person with every property that the default mapping writes to an attribute. */
const PERSON = {
  firstName: 'Mia',
  lastName: 'Muster',
  salutation: 'Frau',
  title: 'Dr.',
  gender: 'female',
  birthday: '1980-01-02',
  language: 'de',
  addresses: [{ street: 'Ring', streetNumber: 1, zipCode: '20095', city: 'Hamburg', region: 'HH', country: 'Germany' }],
  contactData: ['phone', 'mobile', 'fax', 'url'].map((type) => ({
    type,
    value: type === 'url' ? 'https://example.org' : '040 1',
  })),
};

const CREATE = 'Define them in CleverReach if the flow needs them; their values are not written otherwise.';

/** @throws the typed errors of the API */
export async function checkAttributes(examined: ExaminedStep): Promise<Verdict> {
  const { step, directory, api } = examined;
  const group = await groupOf(step, directory);
  const definitions: Definitions =
    group === undefined ? { account: await api.attributes(), group: [] } : await directory.definitions(group.id);
  const where = group === undefined ? 'the account' : 'the group and the account';
  const written = await missingNames(examined, definitions);
  if (written === undefined) return ok('The records decide which attributes are written.');
  if (written.length === 0) return ok(`All attributes that the mapping names exist in ${where}.`);
  return warning(`Not defined in ${where}: ${listOfNames(written)}.`, CREATE);
}

/** The names that are not defined; undefined if the mapping does not determine which names are written. */
async function missingNames(examined: ExaminedStep, definitions: Definitions): Promise<string[] | undefined> {
  const { skipTransformation, customMapping } = shapeOf(examined.step);
  if (skipTransformation) return await missingOfTrigger(examined, definitions);
  if (customMapping !== undefined) return missingOfMapping(customMapping, definitions);
  const { data } = await defaultMapping('person-to-receiver')({ data: PERSON });
  const { unplaced } = placeValues(parseRow(data, 'the sample'), undefined, typesOf(definitions));
  return unplaced.map(({ property }) => property);
}

/** A trigger of this component that sends receivers as they are sends the attributes of its group. */
async function missingOfTrigger(
  { before, directory }: ExaminedStep,
  definitions: Definitions,
): Promise<string[] | undefined> {
  const [source, ...others] = before;
  const isKnown = source !== undefined && others.length === 0 && TRIGGERS.includes(source.function);
  if (!isKnown || !shapeOf(source).skipTransformation) return undefined;
  const group = await groupOf(source, directory);
  if (group === undefined) return undefined;
  const sent = await directory.definitions(group.id);
  return undefinedIn(sent.group, definitions.group);
}

const undefinedIn = (names: readonly { name: string }[], defined: readonly { name: string }[]): string[] =>
  names.map(({ name }) => name).filter((name) => !defined.some((one) => one.name === name));

/** The names that an expression writes as `{"attributes": {"name": …}}`; undefined if it writes no such object. */
function missingOfMapping(text: string, definitions: Definitions): string[] | undefined {
  const found: { scope: string; name: string }[] = [];
  collect(jsonata(text).ast(), found);
  if (found.length === 0) return undefined;
  const scopes = { attributes: definitions.group, global_attributes: definitions.account };
  return Object.entries(scopes).flatMap(([scope, defined]) => {
    const names = found.filter((one) => one.scope === scope).map(({ name }) => ({ name: name.trim().toLowerCase() }));
    return [...new Set(undefinedIn(names, defined))];
  });
}

/** Walks the syntax tree of JSONata, in which an object has its pairs of key and value in `lhs`. */
function collect(node: unknown, found: { scope: string; name: string }[]): void {
  if (Array.isArray(node)) for (const one of node) collect(one, found);
  if (!isObject(node)) return;
  for (const [key, value] of pairsOf(node)) {
    const scope = stringIn(key);
    if (scope !== 'attributes' && scope !== 'global_attributes') continue;
    for (const [name] of pairsOf(value)) {
      const text = stringIn(name);
      if (text !== undefined) found.push({ scope, name: text });
    }
  }
  for (const child of Object.values(node)) collect(child, found);
}

function pairsOf(node: unknown): [key: unknown, value: unknown][] {
  const isMap = isObject(node) && node['type'] === 'unary' && node['value'] === '{' && Array.isArray(node['lhs']);
  if (!isMap) return [];
  return (node['lhs'] as unknown[]).flatMap((pair) => (Array.isArray(pair) ? [[pair[0], pair[1]]] : []));
}

const stringIn = (node: unknown): string | undefined =>
  isObject(node) && node['type'] === 'string' && typeof node['value'] === 'string' ? node['value'] : undefined;
