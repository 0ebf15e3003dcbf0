/**
 * Generates the tables of fields from component.json, so that forms and documents are consistent: the full ones of
 * docs/fields.md, and the short ones of the README. Each table is between two comments, `<!-- fields of the NAME -->` and
 * `<!-- end of the fields -->`.
 */

import component from '../../component.json';

export interface Field {
  label: string;
  viewClass: string;
  /** The values of a drop-down with their labels, or the function that returns them. */
  model?: string | Readonly<Record<string, string>>;
  /** The text of a drop-down without a selection: `Default: ` and the label of the default, if the values are fixed. */
  prompt?: string;
  /** A number is the default; anything else is an example. */
  placeholder?: string;
  note: string;
  help: { description: string };
  /** The position in the form: fields with a higher number come first. */
  order: number;
}

type Steps = Readonly<Record<string, { fields: Readonly<Record<string, Field>> }>>;

const TRIGGERS: Steps = component.triggers;
const ACTIONS: Steps = component.actions;

const END = '<!-- end of the fields -->';

/** What a table says of a field: everything, or the first sentence of its note. */
export type Extent = 'full' | 'short';

/** The documents with tables of fields. */
export const FIELD_DOCUMENTS: Readonly<Record<string, Extent>> = { 'README.md': 'short', 'docs/fields.md': 'full' };

/**
 * A document with regenerated tables of fields; not yet formatted.
 * @throws Error if a pair of comments is missing, or a field differs between two steps of a table
 */
export function withFieldTables(document: string, extent: Extent): string {
  const table = extent === 'full' ? tableOf : shortTableOf;
  return withTable(withTable(document, 'triggers', table(TRIGGERS)), 'action', table(ACTIONS));
}

function withTable(document: string, name: string, table: string): string {
  const begin = `<!-- fields of the ${name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`The comments "${begin}" and "${END}" are required, in this order.`);
  return `${document.slice(0, from + begin.length)}\n\n${table}\n\n${document.slice(to)}`;
}

/** A table in Markdown; with several steps it has a column for the steps that have the field. */
export function tableOf(steps: Steps): string {
  const names = Object.keys(steps);
  const rows = fieldsOf(steps).map(([name, field, owners]) => [
    `\`${name}\``,
    ...(names.length > 1 ? [owners.length === names.length ? 'all' : owners.map(asCode).join(', ')] : []),
    inCell(field.label),
    defaultOf(field),
    inCell(meaningOf(field)),
  ]);
  return markdown(['field', ...(names.length > 1 ? ['trigger'] : []), 'in the form', 'default', 'meaning'], rows);
}

/** A table in Markdown with one sentence for each field. */
export function shortTableOf(steps: Steps): string {
  const rows = fieldsOf(steps).map(([name, field]) => [
    `\`${name}\``,
    defaultOf(field),
    inCell(/^.*?\.(?= |$)/.exec(field.note)?.[0] ?? field.note),
  ]);
  return markdown(['field', 'default', 'meaning'], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Every field once, with the steps that have it, in the order of the form. */
function fieldsOf(steps: Steps): [name: string, field: Field, owners: string[]][] {
  const all = Object.entries(steps);
  const fields = Object.assign({}, ...all.map(([, step]) => step.fields)) as Record<string, Field>;
  const inOrder = Object.entries(fields).toSorted(([, one], [, other]) => other.order - one.order);
  return inOrder.map(([name, field]) => {
    const owners = all.filter(([, step]) => step.fields[name] !== undefined);
    if (new Set(owners.map(([, step]) => JSON.stringify(step.fields[name]))).size > 1)
      throw new Error(`The field "${name}" differs between ${owners.map(([step]) => step).join(' and ')}.`);
    return [name, field, owners.map(([step]) => step)];
  });
}

/** The default as code, as written in a flow; empty if there is no default. */
export function defaultOf({ viewClass, model, prompt, placeholder = '' }: Field): string {
  if (viewClass === 'CheckBoxView') return asCode('false');
  if (typeof model === 'object') {
    const chosen = Object.keys(model).find((value) => `Default: ${model[value] ?? ''}` === prompt);
    return chosen === undefined ? '' : asCode(chosen);
  }
  return /^\d+$/.test(placeholder) ? asCode(placeholder) : '';
}

function meaningOf({ model, note, help }: Field): string {
  const values =
    typeof model === 'object' ? Object.entries(model).map(([value, label]) => `${asCode(value)}: ${label}`) : [];
  return [note, ...(values.length > 0 ? [`${values.join('; ')}.`] : []), help.description].join(' ');
}

function asCode(value: string): string {
  return `\`${value}\``;
}

/** Braces with their content become code, so that Markdown does not interpret them. */
function inCell(text: string): string {
  let depth = 0;
  const marked = Array.from(text, (character) => {
    if (character === '{') return (depth += 1) === 1 ? '`{' : '{';
    if (character === '}') return (depth -= 1) === 0 ? '}`' : '}';
    return character;
  });
  return marked.join('').replaceAll('|', '\\|');
}
