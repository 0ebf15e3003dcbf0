/** Questions about writes, asked with receivers of the probe in its own group. */

import { domainToASCII } from 'node:url';
import { paths } from '../../lib/cleverreach/paths';
import {
  accepted,
  emailIn,
  idIn,
  isActive,
  isSuccess,
  rowIn,
  rowsOf,
  tagsIn,
  timeIn,
  valueIn,
  type JsonRow,
} from './answers';
import { receiverIn, receiversOf, upsert, upsertOne, type Asking } from './asking';
import { unknownGroup } from './lists';
import { groupAttributes, noteDate, noteGroupKey, noteRows } from './reading';
import type { TestGroups, Workshop } from './testGroups';
import { NotAnswered } from './wire';

export const TEXT_ATTRIBUTE = 'probe_text';
const DATE_ATTRIBUTE = 'probe_date';

export interface Writing extends Asking {
  workshop: Workshop;
  groups: TestGroups;
}

/** @returns the address of a receiver that exists from now on */
export async function askCreates(writing: Writing): Promise<string> {
  const { ask, wire, findings, groups, workshop } = writing;
  const email = workshop.address('created');
  const create = { email, registered: wire.now(), activated: wire.now() };
  const path = paths.receivers(groups.first);
  await ask(['createdStatus', 'emptyMaps', 'activeAs', 'lastChanged'], async () => {
    const answer = accepted(await wire.send('POST', path, { body: create }), 'a create');
    if (answer.status === 200 || answer.status === 201) findings.found('createdStatus', answer.status);
    else findings.other('createdStatus', String(answer.status));
    noteRows(findings, rowsOf(await receiversOf(wire, groups.first, { pagesize: 1 })));
  });
  await ask(['duplicateStatus'], async () => {
    const { status } = await wire.send('POST', path, { body: create });
    if (status === 400 || status === 409) findings.found('duplicateStatus', status);
    else findings.other('duplicateStatus', String(status));
  });
  await ask(['bulkInsert'], async () => {
    const answer = await wire.send('POST', `${path}/insert`, { body: [create] });
    const said = JSON.stringify(answer.body ?? '');
    if (!isSuccess(answer) && [404, 405].includes(answer.status))
      findings.found('bulkInsert', 'missing', String(answer.status));
    else if (/duplicate/i.test(said) || said === '[]') findings.found('bulkInsert', 'refuses');
    else if (isSuccess(answer) && /success/i.test(said)) findings.found('bulkInsert', 'merges');
    else findings.other('bulkInsert', String(answer.status));
  });
  return email;
}

/** Defines two attributes of the group, and writes their values. */
export async function askAttributeWrites(writing: Writing, email: string): Promise<void> {
  const { ask, wire, findings, groups } = writing;
  const read = async (id: string): Promise<JsonRow> => await receiverIn(wire, groups.first, id);
  const write = (attributes: Record<string, string>): Promise<JsonRow> =>
    upsertOne(wire, groups.first, { email, attributes });
  await ask(['attributeGroupKey', 'attributeNames', 'dateFormat'], async () => {
    const path = `${paths.group(groups.first)}/attributes`;
    for (const [name, type] of [
      [TEXT_ATTRIBUTE, 'text'],
      [DATE_ATTRIBUTE, 'date'],
    ] as const)
      accepted(await wire.send('POST', path, { body: { name, type } }), 'the creation of an attribute');
    noteGroupKey(findings, await groupAttributes(writing, groups.first));
  });
  await ask(['dateFormat'], async () => {
    const row = await write({ [DATE_ATTRIBUTE]: '2001-02-03' });
    const value = valueIn(await read(idIn(row)), 'attributes', DATE_ATTRIBUTE);
    if (typeof value !== 'string' || value === '') throw new NotAnswered('a date is not stored');
    noteDate(findings, value);
  });
  await ask(['attributeNames'], async () => {
    const row = await write({ [TEXT_ATTRIBUTE]: 'lower' });
    // refused by accounts that refuse unknown names, because this name counts as unknown
    const answer = await upsert(wire, groups.first, [
      { email, attributes: { [TEXT_ATTRIBUTE.toUpperCase()]: 'upper' } },
    ]);
    const value = valueIn(await read(idIn(row)), 'attributes', TEXT_ATTRIBUTE);
    if (value === 'upper') findings.found('attributeNames', 'lowered');
    else findings.found('attributeNames', 'dropped', isSuccess(answer) ? 'dropped' : 'refused');
  });
  await ask(['unknownAttributes'], async () => {
    const answer = await upsert(wire, groups.first, [{ email, attributes: { probe_undefined: 'x' } }]);
    const isRefused = answer.status === 400 || answer.status === 422 || isSuccess(answer);
    if (holds(rowsOf(answer), email)) findings.found('unknownAttributes', 'ignored');
    else if (isRefused) findings.found('unknownAttributes', 'rejected');
    else findings.other('unknownAttributes', String(answer.status));
  });
}

const holds = (rows: readonly JsonRow[], email: string): boolean =>
  rows.some((row) => emailIn(row).toLowerCase() === email.toLowerCase());

export async function askUpserts(writing: Writing, existing: string): Promise<void> {
  const { ask, wire, findings, groups, workshop } = writing;
  const { first } = groups;
  await ask(['arrayOfOne', 'upsertplusTags', 'stampsOmitted', 'clock'], async () => {
    const answer = await upsert(wire, first, [{ email: workshop.address('plain'), tags: ['probe_a'] }]);
    const row = rowIn(answer, 'a bulk write of one row');
    findings.found('arrayOfOne', Array.isArray(answer.body) ? 'array' : 'unwrapped');
    findings.found('upsertplusTags', 'tags' in row);
    const stored = await receiverIn(wire, first, idIn(row));
    findings.found('stampsOmitted', isActive(stored) ? 'active' : 'waiting');
    const difference = timeIn(stored, 'registered') - (answer.serverTime ?? 0);
    if (answer.serverTime !== undefined)
      findings.other('clock', Math.abs(difference) <= 5 ? 'yes' : `no: ${difference} s apart`);
  });
  await ask(['wholeFailure'], async () => {
    const answer = await upsert(wire, unknownGroup([first, groups.second]), [{ email: existing }]);
    if (answer.body === false) findings.found('wholeFailure', 'false', `${answer.status} false`);
    else if (!isSuccess(answer)) findings.found('wholeFailure', 'error', String(answer.status));
    else findings.other('wholeFailure', `${answer.status} with another answer`);
  });
  const checkTwoRows = (): void => {
    if (findings.position('maxBatch') === 1) throw new NotAnswered('a bulk write takes one row only');
  };
  await ask(['invalidRow'], async () => {
    checkTwoRows();
    const body = [{ email: existing }, { email: 'not an address' }];
    const answer = accepted(await wire.send('POST', `${paths.receivers(first)}/upsert`, { body }), 'a bulk write');
    const items: unknown[] = Array.isArray(answer.body) ? answer.body : [answer.body];
    if (items.length === 1) findings.found('invalidRow', 'missing');
    else if (typeof items[1] === 'string') findings.found('invalidRow', 'string');
    else findings.found('invalidRow', 'object');
  });
  await ask(['blockedRow'], async () => {
    checkTwoRows();
    const email = workshop.address('blocked');
    await workshop.block(first, email);
    const answer = await upsert(wire, first, [{ email: existing }, { email }]);
    // a whole failure may be answered with 200 and `false`
    if (answer.status === 403 || answer.body === false)
      findings.found('blockedRow', '403', 'the whole call is refused');
    else if (!isSuccess(answer)) findings.other('blockedRow', String(answer.status));
    else if (holds(rowsOf(answer), email)) findings.other('blockedRow', 'the address is accepted');
    else findings.found('blockedRow', 'missing');
  });
  await ask(['deactivatedZero'], async () => {
    const email = workshop.address('deactivated');
    const timestamps = { registered: wire.now(), activated: wire.now() };
    await upsertOne(wire, first, { email, ...timestamps });
    const row = await upsertOne(wire, first, { email, deactivated: wire.now() });
    const isActiveNow = async (): Promise<boolean> => isActive(await receiverIn(wire, first, idIn(row)));
    if (await isActiveNow()) throw new NotAnswered('a receiver cannot be deactivated by a bulk write');
    await upsert(wire, first, [{ email, deactivated: 0 }]);
    findings.found('deactivatedZero', (await isActiveNow()) ? 'reactivates' : 'ignored');
  });
}

/** Letters outside ASCII in a subdomain of example.org. */
const DOMAIN = 'prüfung.example.org';

export async function askAddresses({ ask, wire, findings, groups, workshop }: Writing): Promise<void> {
  const storedAs = async (email: string): Promise<string> => {
    const row = await upsertOne(wire, groups.first, { email });
    return emailIn(await receiverIn(wire, groups.first, idIn(row)));
  };
  await ask(['emailCase'], async () => {
    const email = workshop.address('Case');
    const stored = await storedAs(email);
    if (stored === email) findings.found('emailCase', 'kept');
    else if (stored === email.toLowerCase()) findings.found('emailCase', 'lowered');
    else findings.other('emailCase', 'changed in another way');
  });
  await ask(['emailDomain'], async () => {
    const ascii = domainToASCII(DOMAIN);
    const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);
    const unicodeStored = domainOf(await storedAs(workshop.address('letters', DOMAIN)));
    const asciiStored = domainOf(await storedAs(workshop.address('ascii', ascii)));
    if (unicodeStored === DOMAIN && asciiStored === ascii) findings.found('emailDomain', 'kept');
    else if (unicodeStored === ascii && asciiStored === ascii) findings.found('emailDomain', 'ascii');
    else if (unicodeStored === DOMAIN && asciiStored === DOMAIN) findings.found('emailDomain', 'unicode');
    else findings.other('emailDomain', 'changed in another way');
  });
}

export const hasTag = (row: JsonRow, tag: string): boolean => tagsIn(row).includes(tag);
