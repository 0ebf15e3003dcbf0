/** Questions about lists and look-ups, asked in one group. */

import { paths } from '../../lib/cleverreach/paths';
import { accepted, emailIn, idIn, isSuccess, rowsOf, type JsonRow } from './answers';
import { receiversOf, type Asking, type Subject } from './asking';
import { anyRow } from './reading';
import { NotAnswered, type RawResponse } from './wire';

/** A page after the end of every list; with one row per page its number is within the range of a server. */
const PAGE_BEHIND = 1_000_000_000;
const TOO_LARGE = 5_001;
/** The number of rows that are compared in two orders. */
const COMPARED = 3;

/** @param groups the ids of all groups */
export async function askLists(asking: Asking, subject: Subject, groups: readonly string[]): Promise<void> {
  const { wire, findings } = asking;
  const { groupId } = subject;
  const list = (query: Record<string, string | number>): Promise<RawResponse> => receiversOf(wire, groupId, query);

  await asking.ask(['singleAnswer'], async () => {
    const { body } = accepted(await wire.send('GET', paths.group(groupId)), 'a look-up of a group');
    findings.found('singleAnswer', Array.isArray(body) ? 'list' : 'object');
  });
  await asking.ask(['missingReceiver'], async () => {
    const answer = await wire.send('GET', paths.groupReceiver(groupId, 'cleverreach-probe-unknown@example.org'));
    if (answer.status === 404) findings.found('missingReceiver', '404');
    else if (answer.status === 200 && rowsOf(answer).length === 0)
      findings.found('missingReceiver', 'empty', '200 without a receiver');
    else findings.other('missingReceiver', String(answer.status));
  });
  await asking.ask(['unknownGroup'], async () => {
    const answer = await receiversOf(wire, unknownGroup(groups), { pagesize: 1 });
    const { status } = answer;
    if (status === 404 || status === 400 || status === 405) findings.found('unknownGroup', `${status}`);
    else if (status === 200 && rowsOf(answer).length === 0) findings.found('unknownGroup', 'empty', '200 []');
    else findings.other('unknownGroup', String(status));
  });
  await asking.ask(['pageOutOfRange'], async () => {
    const answer = await list({ page: PAGE_BEHIND, pagesize: 1 });
    const { status } = answer;
    if (status === 404 || status === 400 || status === 204) findings.found('pageOutOfRange', `${status}`);
    else if (status === 200 && rowsOf(answer).length === 0) findings.found('pageOutOfRange', 'empty', '200 []');
    else findings.other('pageOutOfRange', `${status}${status === 200 ? ' with receivers' : ''}`);
  });
  await asking.ask(['pageSizeTooLarge'], async () => {
    // with one id, the answer is small however large the group is
    const answer = await list({ id_list: subject.rows.map(idIn)[0] ?? '1', pagesize: TOO_LARGE });
    if (isSuccess(answer)) findings.found('pageSizeTooLarge', 'clamp', 'accepted');
    else if (answer.status === 400) findings.found('pageSizeTooLarge', '400');
    else findings.other('pageSizeTooLarge', String(answer.status));
  });
  await asking.ask(['orderBy'], async () => {
    const [up, down] = [await list(inOrder('asc')), await list(inOrder('desc'))];
    if (up.status === 400) findings.found('orderBy', 'rejected');
    else noteOrder(asking, rowsOf(accepted(up, 'a list in order')), rowsOf(accepted(down, 'a list in order')));
  });
  await asking.ask(['pageIsFull'], async () => {
    const wanted = Math.min(subject.rows.length, 10);
    if (wanted === 0) return;
    const page = rowsOf(accepted(await list({ page: 0, pagesize: wanted }), 'a page'));
    findings.other('pageIsFull', page.length === wanted ? 'yes' : `no: ${page.length} of ${wanted}`);
  });
  await asking.ask(['emailLookup'], () => askSpelling(asking, subject));
  await asking.ask(['accountLookUp'], async () => {
    const row = anyRow(subject);
    const answer = await wire.send('GET', paths.receiver(emailIn(row)));
    const isFound = isSuccess(answer) && rowsOf(answer).some((one) => idIn(one) === idIn(row));
    findings.other('accountLookUp', isFound ? 'yes' : `no: ${answer.status}`);
  });
}

const inOrder = (direction: string): Record<string, string | number> => ({
  ...{ page: 0, pagesize: COMPARED, order_by: `email ${direction}` },
});

function noteOrder({ findings }: Asking, up: readonly JsonRow[], down: readonly JsonRow[]): void {
  const [first, last] = [up[0], down[0]];
  if (first === undefined || last === undefined || up.length < 2) throw new NotAnswered('it needs two receivers');
  if (idIn(first) === idIn(last)) findings.found('orderBy', 'ignored');
  else if (emailIn(first).toLowerCase() < emailIn(last).toLowerCase()) findings.found('orderBy', 'honoured');
  else findings.other('orderBy', 'another order than requested');
}

async function askSpelling({ wire, findings }: Asking, subject: Subject): Promise<void> {
  const row = subject.rows.find((one) => !emailIn(one).includes(',') && upperCase(emailIn(one)) !== emailIn(one));
  if (row === undefined) throw new NotAnswered('no address can be written in upper case');
  const isFound = async (email: string): Promise<boolean> => {
    const answer = await receiversOf(wire, subject.groupId, { email_list: email });
    return rowsOf(accepted(answer, 'a look-up by address')).some((one) => idIn(one) === idIn(row));
  };
  if (!(await isFound(emailIn(row)))) throw new NotAnswered('an address is not found as it is stored');
  findings.found('emailLookup', (await isFound(upperCase(emailIn(row)))) ? 'insensitive' : 'sensitive');
}

/** Only letters of ASCII: others may change their number. */
const upperCase = (email: string): string => email.replace(/[a-z]/g, (letter) => letter.toUpperCase());

/** An id that no group has. */
export function unknownGroup(groups: readonly string[]): string {
  return String(Math.max(0, ...groups.map(Number).filter(Number.isSafeInteger)) + 987_654);
}
