import { badRequest } from './problems';

type Field = [name: string, value: string];

/**
 * The fields of a `multipart/form-data` body in the order of arrival. A name may occur more than once, and a file is a
 * field with its content as a string. It is parsed like in PHP, which libraries do not do: lines may end in LF, names
 * need no quotes, and content before the first or after the last boundary is ignored.
 * @throws Problem 400 if the boundary is missing or does not end the body
 */
export function multipartFields(type: string, body: Buffer): Field[] {
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s",;]+))/i.exec(type) ?? [];
  const [, ...parts] = `\n${body.toString('utf8')}`.split(`\n--${quoted ?? bare ?? ''}`);
  const end = parts.findIndex((part) => part.startsWith('--'));
  if ((quoted ?? bare) === undefined || end < 0) throw badRequest('invalid multipart/form-data');
  return parts.slice(0, end).flatMap((part): Field[] => {
    const blank = /\r?\n\r?\n/.exec(part);
    const name = blank ? nameIn(part.slice(0, blank.index)) : undefined;
    if (!blank || name === undefined) return [];
    return [[name, part.slice(blank.index + blank[0].length).replace(/\r$/, '')]];
  });
}

/** In either kind of quotes or without quotes; undefined for a part that names no field. */
function nameIn(head: string): string | undefined {
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ');
  const [, parameters = ''] = /^content-disposition:(.*)/im.exec(unfolded) ?? [];
  const pairs = parameters.matchAll(/;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;]*))/g);
  for (const [, key, double, single, bare = ''] of pairs)
    if (key?.toLowerCase() === 'name') return (double ?? single)?.replace(/\\(["'\\])/g, '$1') ?? bare;
  return undefined;
}
