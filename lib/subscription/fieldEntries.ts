/** Pairs and entries of a name and a value, which are read as the object with that field: `[{name: 'sms', value: true}]`. */

import { isObject } from '../utils/objects';
import { wordSet } from '../utils/text';
import { statusOfEnding } from './endings';
import {
  fieldIn,
  isFieldName,
  isFieldValue,
  isMails,
  isOtherChannel,
  isReason,
  pairsIn,
  VALUES,
} from './memberContainers';
import { E_MAIL } from './memberHolders';
import { compact, kindOf, limitOf, type Kind } from './memberNames';
import { yesOrNo } from './memberValues';
import { statusOfWord } from './memberWords';

/** Members whose value may be the label of an option instead of the name of a field. */
const LABELS = wordSet('label title bezeichnung');
/** Members of an opt-out that name what it is from. */
const SUBJECTS = new Set(['channel', 'kanal', 'purpose']);

/** The object with the fields that a value contains as pairs, or as a name and a value; other values unchanged. */
export function withoutEntries(value: object, kind: Kind): object {
  if (Array.isArray(value)) return withoutPairs(value, kind);
  // `status: {label: "unsubscribed", value: 0}` is an option
  if (!isObject(value) || kind === 'state' || kind === 'region') return value;
  const fields = fieldIn(value).filter(([name]) => isFieldOf(kind, name) && !isLabel(value, name));
  if (fields.length === 0) return value;
  const others = Object.entries(value).filter(([name]) => !isFieldName(name) && !isFieldValue(name));
  return Object.fromEntries([...others, ...fields]);
}

/** `optOuts: [["email", true]]`; in an end, two channels are not a pair. */
function withoutPairs(value: readonly unknown[], kind: Kind): object {
  const isChannel = (word: unknown): boolean => isMails(word) || isOtherChannel(word);
  const pairs = pairsIn(value).filter(([, member]) => kind !== 'ending' || !isChannel(member));
  if (pairs.length === 0 || pairs.length < value.length) return value;
  const isUnique = new Set(pairs.map(([name]) => name)).size === pairs.length;
  return isUnique ? Object.fromEntries(pairs) : pairs.map((pair) => Object.fromEntries([pair]) as object);
}

/** Whether a field with this name has a meaning in a value of this kind. */
function isFieldOf(kind: Kind, name: string): boolean {
  if (kindOf(name) !== undefined || limitOf(name) !== undefined) return true;
  return kind === 'ending' ? isMails(name) || isOtherChannel(name) || isReason(name) : E_MAIL.has(compact(name));
}

/** Whether a word for a state may be the label of an option: `{label: 'unsubscribed', value: 0}`. */
function isLabel(entry: Record<string, unknown>, word: string): boolean {
  return (
    statusOfWord(word) !== undefined &&
    Object.keys(entry).some((key) => entry[key] === word && LABELS.has(compact(key)))
  );
}

/** Whether an entry has a word for an end and a "no", so that it is unclear whether that has ended. */
export function isContradiction(entry: unknown, kind: Kind): boolean {
  if (!isObject(entry) || kind === 'state' || kind === 'region' || kind === 'ending') return false;
  return fieldIn(entry).some(([word, value]) => {
    const status = statusOfWord(word);
    return status !== undefined && status !== 'active' && yesOrNo(value) === false;
  });
}

/** Whether an entry of opt-outs names something of unknown meaning, such as a list or a purpose, and its value. */
export function isFromUnknown(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const names = Object.keys(entry);
  if (!names.some((name) => isFieldValue(name) || VALUES.has(compact(name)))) return false;
  return names
    .filter((name) => isFieldName(name) || SUBJECTS.has(compact(name)))
    .map((name) => entry[name])
    .some((word) => typeof word === 'string' && !isKnown(word));
}

function isKnown(word: string): boolean {
  return (
    isMails(word) ||
    kindOf(word) !== undefined ||
    yesOrNo(word) !== undefined ||
    statusOfWord(word) !== undefined ||
    statusOfEnding(word) === 'unsubscribed'
  );
}
