/** Questions about the format of responses, which the groups, attributes and receivers of any account show. */

import { paths } from '../../lib/cleverreach/paths';
import { isObject } from '../../lib/utils/objects';
import { accepted, idIn, rowsOf, type JsonRow } from './answers';
import { receiversOf, type Asking, type Subject } from './asking';
import type { Findings } from './findings';
import { NotAnswered, type RawResponse } from './wire';

/** The number of groups that are read, and of receivers of each. */
const GROUPS = 5;
const ROWS = 50;

export interface AccountSample {
  /** The ids of all groups. */
  groups: readonly string[];
  /** The group with the most receivers of those that were read; missing if all are empty. */
  subject?: Subject;
}

export async function readSample(asking: Asking): Promise<AccountSample> {
  let sample: AccountSample = { groups: [] };
  await asking.ask(['ids', 'unicode', 'emptyGroup', 'activeAs', 'emptyMaps'], async () => {
    sample = await sampleOf(asking);
  });
  return sample;
}

async function sampleOf({ wire, findings }: Asking): Promise<AccountSample> {
  const answer = accepted(await wire.send('GET', '/groups'), 'the list of groups');
  const groups = rowsOf(answer);
  noteIds(findings, groups[0]);
  noteUnicode(findings, answer.text);
  const ids = groups.map(idIn);
  const parts: { groupId: string; rows: JsonRow[] }[] = [];
  for (const groupId of ids.slice(0, GROUPS)) {
    const page = accepted(await receiversOf(wire, groupId, { page: 0, pagesize: ROWS }), 'a list of receivers');
    noteUnicode(findings, page.text);
    const rows = rowsOf(page);
    if (rows.length === 0) noteEmptyGroup(findings, page);
    noteRows(findings, rows);
    parts.push({ groupId, rows });
  }
  const [largest, second] = parts.toSorted((a, b) => b.rows.length - a.rows.length);
  if (largest === undefined || largest.rows.length === 0) return { groups: ids };
  return { groups: ids, subject: { ...largest, otherGroupId: second?.groupId } };
}

export function noteIds(findings: Findings, row: JsonRow | undefined): void {
  if (typeof row?.['id'] === 'string') findings.found('ids', 'strings');
  if (typeof row?.['id'] === 'number') findings.found('ids', 'numbers');
}

/** A letter outside ASCII as an escape or as it is; an escaped backslash begins no escape. */
export function noteUnicode(findings: Findings, text: string): void {
  const isEscaped = /(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-f]{4}/i.test(text);
  const isPlain = /[^\p{ASCII}]/u.test(text);
  if (isEscaped && isPlain) findings.other('unicode', 'both');
  else if (isEscaped) findings.found('unicode', 'escaped');
  else if (isPlain) findings.found('unicode', 'utf8');
}

export function noteEmptyGroup(findings: Findings, { status }: RawResponse): void {
  if (status === 204) findings.found('emptyGroup', '204');
  else if (status === 200) findings.found('emptyGroup', 'empty', '200 []');
  else findings.other('emptyGroup', String(status));
}

export function noteRows(findings: Findings, rows: readonly JsonRow[]): void {
  for (const row of rows) {
    noteActive(findings, row['active']);
    for (const name of ['attributes', 'global_attributes']) noteMap(findings, row[name]);
    if (!('last_changed' in row)) findings.found('lastChanged', 'absent');
  }
}

function noteActive(findings: Findings, active: unknown): void {
  if (typeof active === 'boolean') findings.found('activeAs', 'boolean');
  else if (['0', '1', 0, 1].includes(active as string)) findings.found('activeAs', 'digit');
  else findings.other('activeAs', typeof active);
}

function noteMap(findings: Findings, map: unknown): void {
  if (Array.isArray(map) && map.length === 0) findings.found('emptyMaps', 'array', '[]');
  if (isObject(map) && Object.keys(map).length === 0) findings.found('emptyMaps', 'object', '{}');
}

/** Reads the definitions of the account, and of a group if there is one. */
export async function askAttributes(asking: Asking, subject: Subject | undefined): Promise<void> {
  const { wire, findings } = asking;
  await asking.ask(['attributeGroupKey', 'dateFormat'], async () => {
    const account = rowsOf(accepted(await wire.send('GET', '/attributes'), 'the list of attributes'));
    const own = subject === undefined ? [] : await groupAttributes(asking, subject.groupId);
    noteGroupKey(findings, [...account, ...own]);
    const dates = (list: readonly JsonRow[]): unknown[] =>
      list.filter(({ type }) => type === 'date').map(({ name }) => name);
    for (const row of subject?.rows ?? []) {
      noteDates(findings, row['global_attributes'], dates(account));
      noteDates(findings, row['attributes'], dates(own));
    }
  });
}

export async function groupAttributes({ wire }: Asking, groupId: string): Promise<JsonRow[]> {
  return rowsOf(accepted(await wire.send('GET', `${paths.group(groupId)}/attributes`), 'the attributes of a group'));
}

export function noteGroupKey(findings: Findings, definitions: readonly JsonRow[]): void {
  const [definition] = definitions;
  if (definition === undefined) return;
  const [key] = (['group_id', 'groups_id'] as const).filter((name) => name in definition);
  if (key === undefined) findings.other('attributeGroupKey', 'neither group_id nor groups_id');
  else findings.found('attributeGroupKey', key);
}

function noteDates(findings: Findings, values: unknown, names: readonly unknown[]): void {
  if (!isObject(values)) return;
  for (const name of names) {
    const value = values[String(name)];
    if (typeof value === 'string' && value !== '') noteDate(findings, value);
  }
}

export function noteDate(findings: Findings, value: string): void {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) findings.found('dateFormat', 'Y-m-d');
  else if (/^\d\d\.\d\d\.\d{4}$/.test(value)) findings.found('dateFormat', 'd.m.Y');
  else findings.other('dateFormat', 'another format');
}

/** @throws NotAnswered if no receiver is known */
export function anyRow({ rows }: Subject): JsonRow {
  const [row] = rows;
  if (row === undefined) throw new NotAnswered('the group has no receiver');
  return row;
}
