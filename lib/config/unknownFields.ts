/**
 * Finds misspelled field names. A misspelled field would be ignored silently: with "dryrun" instead of "dryRun", the
 * step would write.
 */

export interface UnknownField {
  given: string;
  meant: string;
}

/** Names that other systems use for a group or its name: `gruppenId`, `list_id`, `targetGroup`. */
const GROUP =
  /^(?:target|receivers?|recipients?|empfaenger|contacts?|subscribers?|mailing|newsletter|ziel|verteiler)?(?:groups?|gruppen?|lists?|listen?|verteiler)(?:ids?|keys?|numbers?|nummer|(?<name>names?))?$/;

/**
 * The first name that is not a field but close to one: it differs in case, blanks, `_` or `-`, or by one letter, or by
 * two swapped letters, or it is another word for the group. All other names are ignored, because credentials are stored
 * beside the fields.
 */
export function findUnknownField(names: readonly string[], fields: readonly string[]): UnknownField | undefined {
  const known = fields.map((field) => ({ field, spelt: plain(field) }));
  for (const given of names) {
    if (fields.includes(given)) continue;
    const spelt = plain(given);
    const meant = known.find((one) => differsByOne(spelt, one.spelt))?.field ?? groupField(spelt, fields);
    if (meant !== undefined) return { given, meant };
  }
  return undefined;
}

/** Whether a name stands for a group, also in other words or with a letter wrong. */
export function isGroupField(name: string): boolean {
  const fields = ['groupId', 'groupName'];
  return fields.includes(name) || findUnknownField([name], fields) !== undefined;
}

function groupField(spelt: string, fields: readonly string[]): string | undefined {
  const found = GROUP.exec(spelt.replaceAll('ä', 'ae'));
  const meant = found?.groups?.['name'] === undefined ? 'groupId' : 'groupName';
  return found && fields.includes(meant) ? meant : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/**
 * Whether two strings are equal, or differ by one inserted, removed or replaced letter, or by two swapped neighbours.
 */
export function differsByOne(one: string, other: string): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, more] = [one.slice(at), other.slice(at)];
  const isChangedOver = rest.slice(2) === more.slice(2) && rest[0] === more[1] && rest[1] === more[0];
  return rest.slice(1) === more.slice(1) || rest.slice(1) === more || rest === more.slice(1) || isChangedOver;
}
