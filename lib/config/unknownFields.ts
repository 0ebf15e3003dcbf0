/** A field that is spelt nearly like one that exists would be ignored in silence, and "dryrun" would write. */

export interface Misspelt {
  given: string;
  meant: string;
}

/**
 * The first name that is no field and was meant as one: it differs from one in upper and lower case, blanks, `_`, `-`, or one letter,
 * or has two letters changed over.
 * Other names are none of our business: credentials stand beside the fields.
 */
export function misspeltIn(names: readonly string[], fields: readonly string[]): Misspelt | undefined {
  const known = fields.map((field) => ({ field, spelt: plain(field) }));
  for (const given of names) {
    if (fields.includes(given)) continue;
    const spelt = plain(given);
    const meant = known.find((one) => differsByOne(spelt, one.spelt))?.field;
    if (meant !== undefined) return { given, meant };
  }
  return undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** Whether two texts are the same, or would be with one letter more, less, or another, or with two neighbours changed over. */
function differsByOne(one: string, other: string): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, more] = [one.slice(at), other.slice(at)];
  const isChangedOver = rest.slice(2) === more.slice(2) && rest[0] === more[1] && rest[1] === more[0];
  return rest.slice(1) === more.slice(1) || rest.slice(1) === more || rest === more.slice(1) || isChangedOver;
}
