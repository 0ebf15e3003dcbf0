/**
 * The objects that other systems put around the members of a receiver, such as `preferences`, `extension_attributes` or a
 * list of custom fields.
 */

import { asList } from '../utils/lists';
import { isObject } from '../utils/objects';
import { holdsValue, wordSet } from '../utils/text';
import { compact, isIgnored, isOfOtherChannel, withoutAffixes, wordsIn } from './memberNames';

const CONTAINER =
  /(?:attribut(?:e|es)?|fields?|felder|propert(?:y|ies)|eigenschaften|merkmale|settings?|einstellungen|preferences?|praeferenzen|options?|optionen|permissions?|channels?|kanaele|communications?|kommunikation|subscriptions?|abonnements?|notifications?|flags|traits|custom|extras?|profile?|details|privacy|datenschutz)$|^(?:meta(?:data)?|data|items|values|entries)$/;
/** Objects in which `email: false` means that the receiver wants no mails. */
const CHANNELS =
  /^(?!.*(?:notification|benachrichtigung)).*(?:preferences?|praeferenzen|permissions?|channels?|kanaele|communications?|kommunikation)$/;
const CHANNEL = /^(?:e?mails?|marketing)$/;
/** Names of mails that also have another meaning, so that only a "no" in words counts. */
const ADVERTISING =
  /^(?:(?:marketing|nl|mailings?|(?:werbe|info|rund)mails?|ads|advertising)(?:kz|kennzeichen)?|werbe(?:kz|kennzeichen))$/;
/** Names of a subscription that may also be another one, such as that of a magazine, and of who has it. */
const SUBSCRIPTION = /^(?:abo|abonnements?|abonnent(?:in)?|subscriber)$/;
/** Few names have such letters, and only those are divided into words. */
const MAY_BE_CHANNEL = /mail|market|nl|ads|adverti|werb|abo|subscriber/;
const ABO = /^(?:abo|abonnements?)$/;
const MAILS = /^(?:e?mails?|mailings?|newsletters?|marketing|werbung|subscriptions?|abonnements?)+$/;
/** All channels: `optOuts: ["all"]`. */
const ALL = /^alle?s?$/;
/** What may follow in the name of an object about mails: `newsletterSettings`. */
const SETTINGS = /(?:settings?|einstellungen|preferences?|praeferenzen)$/;
/** Members of an object that say whether mails may be sent. */
const PERMITTED =
  /^(?:is)?(?:allowed|permitted|enabled|active|subscribed|granted|given|accepted|permission|consent|subscription|optin|erlaubt|aktiv|zugestimmt|erteilt)$/;
/** Mails that may also be a campaign, so that only a permission is about the receiver: `mailing: {"active": false}`. */
const MAILING = /^(?:mailings?)+$/;
const CAMPAIGN = /active|aktiv|enabled|accepted|subscription/;
/** CleverReach returns all attributes of a receiver, also those without a value. */
const ATTRIBUTES = /^(?:global)?attributes$/;

/** In a list of fields, the members that hold the name and the value of one, in any case. */
const FIELD_NAMES = wordSet(
  'name key k field label title question frage id slug code attribute property attributecode attributename attributekey fieldname fieldkey fieldid customfield ' +
    'bezeichnung feld feldname schluessel merkmal',
);
const FIELD_VALUES = wordSet(
  'value wert val v content inhalt values fieldvalue attributevalue answer antwort response checked selected',
);

/**
 * If a value is an object, the members that contain the actual value; REMARKS count only if the object has no other
 * such member.
 */
export const VALUES = wordSet('value wert status state zustand given granted erteilt accepted set');
export const REMARKS = wordSet('label name date datum at on time timestamp seconds');

/** In an object that stands for an end, such as `unsubscribed`: why it ended. */
const REASON = /^(?:reasons?|reasontext|grund|gruende)$/;

/** Words for other channels than mails that are too short or too common to be read in names of members. */
const OTHER_CHANNELS = wordSet('post brief briefe print tel call calls anruf voice messenger mobile mobil inapp');

/** The name in a pair of a name and a value; a time is not one. */
const PAIR_NAME = /^\s*\p{L}/u;

/** Members of an entry that name its channel. */
const CHANNEL_NAMES = new Set(['channel', 'kanal', 'type', 'typ', 'medium', 'method', 'purpose']);

/** Whether a member of an end says why it ended. */
export function isReason(name: string): boolean {
  return REASON.test(compact(name));
}

/** Whether a member contains attributes of a receiver of CleverReach. */
export function areAttributes(name: string): boolean {
  return ATTRIBUTES.test(compact(name));
}

/** Whether an object with this name is searched inside of another object. */
export function isContainer(name: string): boolean {
  const word = compact(name);
  return CONTAINER.test(word) || MAILS.test(word);
}

/** The path for the members of an object; empty if the object is not about mails: the status in `marketing.status`. */
export function pathTo(name: string, path: string): string {
  const word = compact(name).replace(SETTINGS, '');
  return MAILS.test(word) ? path + word : '';
}

/** Whether a path and the name of a member are read together. */
export function mayFollow(path: string, name: string): boolean {
  return path !== '' && (!MAILING.test(path) || (PERMITTED.test(compact(name)) && !CAMPAIGN.test(compact(name))));
}

/**
 * The members of an entry of preferences that name mails as their channel: `{channel: 'email', allowed: false}` is
 * `{email: false}`.
 */
function channelsIn(container: string, value: object): [name: string, value: unknown][] {
  if (!CHANNELS.test(compact(container)) && pathTo(container, '') === '') return [];
  return asList(value)
    .filter(isObject)
    .flatMap((entry) => {
      const channels = Object.keys(entry).filter((name) => CHANNEL_NAMES.has(compact(name)) && isMails(entry[name]));
      const said = Object.keys(entry).filter(
        (name) => FIELD_VALUES.has(compact(name)) || PERMITTED.test(compact(name)),
      );
      return channels.flatMap((name) => said.map((one): [string, unknown] => [entry[name] as string, entry[one]]));
    })
    .filter(([, member]) => holdsValue(member));
}

/** The name of a channel or a subscription without the affixes of a custom field. */
function bareName(name: string): string {
  const word = compact(name);
  return MAY_BE_CHANNEL.test(word) ? withoutAffixes(wordsIn(name)).join('') : word;
}

/** Whether a "no" in this member of an object refuses all mails: `marketing`, `abo`, or `preferences.email`. */
export function isChannel(name: string, container: string): boolean {
  const word = bareName(name);
  return (
    isPlainSubscription(name) || ADVERTISING.test(word) || (CHANNEL.test(word) && CHANNELS.test(compact(container)))
  );
}

/** Whether a member is a subscription of which only a "no" counts. */
export function isPlainSubscription(name: string): boolean {
  return SUBSCRIPTION.test(bareName(name));
}

/** Whether a member is a subscription and not its owner. */
export function isAbo(name: string): boolean {
  return ABO.test(bareName(name));
}

/**
 * The members of an object, and of the fields in a list: `{name: 'newsletter', value: 'no'}`, `['newsletter', 'no']`.
 */
export function membersOf(container: string, value: object): [name: string, value: unknown][] {
  const members = asList(value)
    .filter(isObject)
    .flatMap((one) => [
      ...Object.entries(one),
      ...fieldIn(one),
      ...Object.values(one).filter(isObject).flatMap(fieldIn),
    ]);
  return [...members, ...pairsIn(value), ...channelsIn(container, value)].filter(
    ([name, member]) => member !== undefined && !isIgnored(name),
  );
}

/** The pairs of a name and a value in a list: `[['newsletter', 'no']]`. */
export function pairsIn(value: unknown): [name: string, value: unknown][] {
  return Array.isArray(value) ? value.filter(isPair) : [];
}

function isPair(item: unknown): item is [name: string, value: unknown] {
  return Array.isArray(item) && item.length === 2 && typeof item[0] === 'string' && PAIR_NAME.test(item[0]);
}

/** Whether a word stands for mails: the members of `optOut: {"email": true}`, and the items of `optOuts: ["email"]`. */
export function isMails(word: unknown): boolean {
  return typeof word === 'string' && (MAILS.test(compact(word)) || ALL.test(compact(word)));
}

/** Whether an item of a list of channels is another one than mails: `optOuts: ["sms"]`. */
export function isOtherChannel(item: unknown): boolean {
  return typeof item === 'string' && (OTHER_CHANNELS.has(compact(item)) || isOfOtherChannel(item));
}

/** Whether an entry of a list names mails as its channel: `{channel: 'email'}`. */
export function isEntryOfMails(entry: Record<string, unknown>): boolean {
  return Object.entries(entry).some(([name, value]) => CHANNEL_NAMES.has(compact(name)) && isMails(value));
}

/** Whether an entry of a list names another channel than mails: `{channel: 'sms', status: 'revoked'}`. */
export function isEntryOfOtherChannel(entry: unknown): boolean {
  return (
    isObject(entry) &&
    Object.entries(entry).some(([name, value]) => CHANNEL_NAMES.has(compact(name)) && isOtherChannel(value))
  );
}

/** The same for a list of opt-outs, also with the channel as the name of a field: `{name: 'sms', value: true}`. */
export function isOptOutOfOtherChannel(entry: unknown): boolean {
  return (
    isOtherChannel(entry) ||
    isEntryOfOtherChannel(entry) ||
    (isObject(entry) && Object.entries(entry).some(([name, value]) => isFieldName(name) && isOtherChannel(value)))
  );
}

/** Whether a member holds the name of a field in a list. */
export function isFieldName(name: string): boolean {
  return FIELD_NAMES.has(compact(name));
}

/** Whether a member holds the value of a field in a list. */
export function isFieldValue(name: string): boolean {
  return FIELD_VALUES.has(compact(name));
}

/** The name and the value of a field in a list. */
export function fieldIn(object: Record<string, unknown>): [name: string, value: unknown][] {
  const keys = Object.keys(object);
  const member = keys.find((key) => FIELD_VALUES.has(compact(key)));
  if (member === undefined) return [];
  const value = object[member];
  const names = keys.filter((key) => FIELD_NAMES.has(compact(key))).map((key) => object[key]);
  return names
    .flatMap((name) => (isObject(name) ? [...FIELD_NAMES].map((inner) => name[inner]) : [name]))
    .filter((name) => typeof name === 'string')
    .map((name) => [name, value]);
}
