/** Questions about `POST /receivers/filter`, asked about the receivers of a group. */

import { groupIn, idIn, isSuccess, rowsOf, timeIn, valueIn, type JsonRow } from './answers';
import { FUTURE, type Asking, type Subject } from './asking';
import { NotAnswered, type RawResponse, type Wire } from './wire';

const PAGE_SIZE = 1_000;
/** The pause before receivers that the filter does not return are requested again. */
const SECOND_LOOK_MS = 5_000;
/** Rows that are enough to see their group and fields. */
const FEW = 5;

export interface FilterSubject extends Subject {
  /** An attribute of the group with a value that all `rows` have; missing if none is known. */
  attribute?: string;
}

type Rule = [field: string, after: number];

function filter(
  wire: Wire,
  groupId: string,
  [field, after]: Rule,
  { pagesize = PAGE_SIZE, detail = 0 } = {},
): Promise<RawResponse> {
  const rules = [{ field, logic: 'bg', condition: String(after) }];
  const body = { groups: [groupId], operator: 'AND', activeonly: false, rules, detail, pagesize, page: 0 };
  return wire.send('POST', '/receivers/filter', { body, isRead: true });
}

const CONFIRMED: Rule = ['activated', 0];

/** The confirmed receivers of a group that the filter knows. */
export async function filtered(wire: Wire, groupId: string): Promise<JsonRow[]> {
  const answer = await filter(wire, groupId, CONFIRMED);
  if (isSuccess(answer)) return rowsOf(answer);
  throw new NotAnswered(`the filter answered ${answer.status}`);
}

/** Whether there is a filter, and whether it applies a rule that no receiver satisfies. */
export async function askFilter({ ask, wire, findings }: Asking, subject: Subject): Promise<void> {
  await ask(['filterEndpoint', 'filterRules'], async () => {
    const answer = await filter(wire, subject.groupId, ['deactivated', FUTURE], { pagesize: FEW });
    if (answer.status === 404 || answer.status === 405) findings.found('filterEndpoint', 'missing');
    else if (!isSuccess(answer)) findings.other('filterEndpoint', String(answer.status));
    else {
      findings.found('filterEndpoint', 'available');
      if (rowsOf(answer).length > 0) findings.found('filterRules', 'ignored');
      // an empty response has a meaning only if the filter already includes receivers
      else if ((await filtered(wire, subject.groupId)).length > 0) findings.found('filterRules', 'honoured');
    }
  });
}

/** All other open questions that this group can answer. */
export async function askFilterRows(asking: Asking, subject: FilterSubject): Promise<void> {
  const { wire, findings } = asking;
  const { groupId, otherGroupId, attribute } = subject;
  const ask: Asking['ask'] = async (about, how) => {
    if (!about.every((question) => findings.isAnswered(question))) await asking.ask(about, how);
  };
  const areRulesHonoured = findings.position('filterRules') === 'honoured';

  await ask(['filterGroups'], async () => {
    if (otherGroupId === undefined) return;
    const pages = [
      rowsOf(await filter(wire, groupId, CONFIRMED, { pagesize: FEW })),
      rowsOf(await filter(wire, otherGroupId, CONFIRMED, { pagesize: FEW })),
    ];
    const foreign = pages.some((rows, index) =>
      rows.some((row) => ![index === 0 ? groupId : otherGroupId, ''].includes(groupIn(row))),
    );
    if (foreign) findings.found('filterGroups', 'ignored');
    else if (pages.flat().some((row) => groupIn(row) !== '')) findings.found('filterGroups', 'honoured');
  });
  await ask(['filterAttributes'], async () => {
    const known = new Set(subject.rows.map(idIn));
    const row = (await filtered(wire, groupId)).find((one) => groupIn(one) === groupId && known.has(idIn(one)));
    if (row === undefined) return;
    if (!('attributes' in row)) findings.found('filterAttributes', 'missing');
    else if (attribute !== undefined)
      findings.found('filterAttributes', valueIn(row, 'attributes', attribute) === undefined ? 'missing' : 'shown');
    else if (!Array.isArray(row['attributes']) && Object.keys(row['attributes'] ?? {}).length > 0)
      findings.found('filterAttributes', 'shown');
  });
  await ask(['filterDetail'], async () => {
    const [row] = rowsOf(await filter(wire, groupId, CONFIRMED, { pagesize: 1, detail: 7 }));
    if (row !== undefined) findings.found('filterDetail', 'events' in row ? 'honoured' : 'ignored');
  });
  await ask(['filterDrops'], () => askDrops(asking, subject));
  await ask(['filterRegistered'], async () => {
    if (!areRulesHonoured) return;
    const answer = await filter(wire, groupId, ['registered', FUTURE], { pagesize: FEW });
    if (answer.status === 400) findings.found('filterRegistered', 'rejected');
    else if (!isSuccess(answer)) findings.other('filterRegistered', String(answer.status));
    else if (rowsOf(answer).length > 0) findings.other('filterRegistered', 'ignored');
    else findings.found('filterRegistered', 'supported');
  });
  await ask(['filterBigger'], async () => {
    if (!areRulesHonoured) return;
    const rows = await filtered(wire, groupId);
    const [latest] = rows.toSorted((a, b) => timeIn(b, 'activated') - timeIn(a, 'activated'));
    if (latest === undefined) return;
    const after = rowsOf(await filter(wire, groupId, ['activated', timeIn(latest, 'activated')]));
    const isIn = after.some((row) => idIn(row) === idIn(latest) && groupIn(row) === groupIn(latest));
    if (isIn) findings.found('filterBigger', 'inclusive');
    else if (after.length < PAGE_SIZE) findings.found('filterBigger', 'strict');
  });
}

async function askDrops({ wire, findings }: Asking, { groupId, rows }: FilterSubject): Promise<void> {
  const wanted = rows.filter((row) => timeIn(row, 'activated') > 0).map(idIn);
  const missing = async (): Promise<number | undefined> => {
    const shown = await filtered(wire, groupId);
    const ids = new Set(shown.filter((row) => groupIn(row) === groupId).map(idIn));
    // of a longer list, these are only some
    return shown.length >= PAGE_SIZE ? undefined : wanted.filter((id) => !ids.has(id)).length;
  };
  const found = await missing();
  if (found === undefined || wanted.length === 0) return;
  if (found > 0) await wire.pause(SECOND_LOOK_MS);
  const lost = found > 0 ? ((await missing()) ?? found) : 0;
  if (lost === wanted.length) return;
  const percent = Math.ceil((100 * lost) / wanted.length);
  findings.found(
    'filterDrops',
    percent,
    lost === 0 ? 'yes: none is missing' : `no: ${lost} of ${wanted.length} are missing`,
  );
}
