/**
 * Unmistakable statements against mails in members of any name. They hold back a new receiver; only in a member about
 * the state of mails do they say why.
 */

import { asList } from '../utils/lists';
import { isObject } from '../utils/objects';
import { wordSet } from '../utils/text';
import { fieldIn, isEntryOfOtherChannel, isFieldName, isFieldValue, pairsIn } from './memberContainers';
import { E_MAIL } from './memberHolders';
import { compact, subjectOf, wordsIn, type InactiveStatus } from './memberNames';
import { isStatement, statusOfWord } from './memberWords';
import { isOfOtherPerson } from './personNames';

/** The last words of names of members whose value is a name that people choose, or that contains one. */
const NAMES = wordSet(
  'name names title titles titel subject betreff slug key id ids uid uuid code tag tags category categories kategorie kategorien group groups ' +
    'gruppe gruppen segment segments list lists liste listen keyword keywords interest interests interessen text texts template url link folder ' +
    'page path form label labels',
);

/** More statements in one object do not change what it says. */
const MOST = 100;

/** What a member says against mails, whatever its name; undefined if it says nothing that is unmistakable. */
export function statementOf(name: string, value: unknown): InactiveStatus | undefined {
  const text = statedIn(value);
  if (text === undefined || isOfOtherPerson(name) || NAMES.has(wordsIn(name).at(-1) ?? compact(name))) return undefined;
  const subject = subjectOf(name);
  if (subject === 'other') return undefined;
  const status = subject === 'mails' ? statusOfWord(text) : undefined;
  return status === undefined || status === 'active' ? 'inactive' : status;
}

/** The same for the members of an object or a list; an entry of a list that has an address is another person. */
export function statementsIn(container: string, value: object): [name: string, status: InactiveStatus][] {
  const isList = Array.isArray(value);
  const found = asList(value)
    .filter(isObject)
    .flatMap((one) => {
      const stating = Object.entries(one).filter(([, member]) => statedIn(member) !== undefined);
      if (stating.length === 0 || isEntryOfOtherChannel(one) || (isList && hasAddress(one))) return [];
      return [...stating.slice(0, MOST).filter(([name]) => !isFieldName(name) && !isFieldValue(name)), ...fieldIn(one)];
    });
  found.push(...pairsIn(value).filter(([, member]) => statedIn(member) !== undefined));
  if (found.length === 0 || isOfOtherPerson(container)) return [];
  return found.slice(0, MOST).flatMap(([name, member]) => {
    const status = statementOf(name, member);
    return status === undefined ? [] : [[name, status] as [string, InactiveStatus]];
  });
}

function statedIn(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && isStatement(text) ? text : undefined;
}

/** A text, also as the only item of a list or as the label of an object. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.length === 1 && typeof value[0] === 'string' ? value[0] : undefined;
  const { label, value: inner } = value as Record<string, unknown>;
  return [label, inner].find((one) => typeof one === 'string');
}

function hasAddress(entry: Record<string, unknown>): boolean {
  return Object.entries(entry).some(
    ([name, value]) => E_MAIL.has(compact(name)) && typeof value === 'string' && value.includes('@'),
  );
}
