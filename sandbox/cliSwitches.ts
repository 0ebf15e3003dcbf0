import { defaultSwitches, type Switches } from './switches';

/** What the person at the keyboard got wrong, in one line. */
export class UsageError extends Error {}

/** The values of the switches that are texts; the compiler keeps this list complete. */
const choices: { readonly [K in TextSwitch]: Record<Switches[K], true> } = {
  ids: { strings: true, numbers: true },
  emptyMaps: { object: true, array: true },
  activeAs: { boolean: true, digit: true },
  unicode: { escaped: true, utf8: true },
  singleAnswer: { object: true, list: true },
  missingReceiver: { '404': true, empty: true },
  receiverWithoutGroup: { gone: true, kept: true },
  lastChanged: { absent: true, everything: true, attributes: true, never: true },
  dateFormat: { 'Y-m-d': true, 'd.m.Y': true },
  attributeGroupKey: { group_id: true, groups_id: true },
  pageOutOfRange: { empty: true, '404': true, '400': true, '204': true },
  emptyGroup: { empty: true, '204': true },
  pageSizeTooLarge: { clamp: true, '400': true },
  orderBy: { honoured: true, rejected: true, ignored: true },
  unknownGroup: { '404': true, '400': true, '405': true, empty: true },
  filterBigger: { strict: true, inclusive: true },
  filterRegistered: { supported: true, rejected: true },
  filterDetail: { honoured: true, ignored: true },
  tagPaging: { page: true, offset: true },
  unknownAttributes: { ignored: true, rejected: true },
  attributeNames: { lowered: true, dropped: true },
  arrayOfOne: { array: true, unwrapped: true },
  wholeFailure: { error: true, false: true },
  invalidRow: { string: true, object: true, missing: true },
  blockedRow: { missing: true, '403': true },
  deactivatedZero: { reactivates: true, ignored: true },
  stampsOmitted: { active: true, waiting: true },
  putTags: { replace: true, add: true },
  putAnswer: { receiver: true, true: true },
  tagRemoval: { immediate: true, delayed: true },
  tagsOn: { membership: true, person: true },
  emailCase: { kept: true, lowered: true },
  emailDomain: { kept: true, ascii: true, unicode: true },
  emailLookup: { insensitive: true, sensitive: true },
  deleteWithGroupId: { group: true, everywhere: true },
  eventsShownIn: { affectedGroups: true, groupOfTheWrite: true, everyGroup: true },
  expiresInAs: { number: true, string: true },
  scopeAs: { string: true, array: true },
  ttlDate: { unix: true, iso: true },
};

/** Numbers that are one of a few. */
const statuses: Record<string, readonly number[]> = {
  duplicateStatus: [400, 409],
  createdStatus: [200, 201],
  missingScope: [401, 403],
};

type TextSwitch = { [K in keyof Switches]: Switches[K] extends string ? K : never }[keyof Switches];

/** Reads `name=value` settings; throws a {@link UsageError} for a name or value that does not exist. */
export function readSwitches(settings: readonly string[]): Partial<Switches> {
  return Object.fromEntries(
    settings.map((setting) => {
      const cut = setting.indexOf('=');
      const name = cut < 0 ? setting : setting.slice(0, cut);
      if (!Object.hasOwn(defaultSwitches, name)) throw new UsageError(`there is no switch '${name}'`);
      if (cut < 0) throw new UsageError(`--switch ${name} needs a value: ${name}=…`);
      return [name, readValue(name, setting.slice(cut + 1))];
    }),
  );
}

function readValue(name: string, text: string): string | number | boolean {
  const known = allowed(name);
  if (known === undefined) {
    if (!/^\d+$/.test(text)) throw new UsageError(`${name} must be a whole number, not '${text}'`);
    return Number(text);
  }
  const value = known.find((one) => String(one) === text);
  if (value === undefined) throw new UsageError(`${name} is one of ${known.join(', ')}, not '${text}'`);
  return value;
}

/** The values of a switch; undefined when any whole number will do. */
function allowed(name: string): readonly (string | number | boolean)[] | undefined {
  const texts = Object.entries(choices).find(([one]) => one === name)?.[1];
  if (texts) return Object.keys(texts);
  const isBoolean = Object.entries(defaultSwitches).some(([one, value]) => one === name && typeof value === 'boolean');
  return isBoolean ? [true, false] : statuses[name];
}
