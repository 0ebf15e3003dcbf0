/** Questions about tokens, scopes and lists of the whole account. */

import { clientOf } from '../../lib/oauth/credentials';
import { requestToken } from '../../lib/oauth/tokenRequest';
import { isObject, ownValue } from '../../lib/utils/objects';
import { accepted, isSuccess, rowsOf, type JsonRow } from './answers';
import type { Asking } from './asking';
import type { Question } from './catalogue';
import { NotAnswered, type RawResponse } from './wire';

const TOKEN_PATH = '/oauth/token.php';
/** Lists that need a scope each. */
const SCOPED = ['/attributes', '/forms', '/tags', '/blacklist'];

/** @param env may name a client; a token pair is never renewed, since its refresh token would be used up */
export async function askTokens(asking: Asking, baseUrl: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { findings } = asking;
  const about = ['expiresIn', 'expiresInAs', 'scopeAs', 'refreshTokenForClientCredentials'] as const;
  await asking.ask([...about, 'refreshTokenRotation'], async () => {
    const client = clientOf(env['CLEVERREACH_CLIENT_ID'], env['CLEVERREACH_CLIENT_SECRET']);
    if (!client) throw new NotAnswered('needs CLEVERREACH_CLIENT_ID and CLEVERREACH_CLIENT_SECRET');
    const grant = (form: Record<string, string>): Promise<object> =>
      requestToken(baseUrl, client, TOKEN_PATH, form).catch(() => {
        throw new NotAnswered('CleverReach gave no token');
      });
    const token: JsonRow = { ...(await grant({ grant_type: 'client_credentials' })) };
    const { expires_in: lifetime, scope, refresh_token: refreshToken } = token;
    if (Number(lifetime) > 0) findings.found('expiresIn', Number(lifetime), `${Number(lifetime)} s`);
    if (typeof lifetime === 'number' || typeof lifetime === 'string')
      findings.found('expiresInAs', typeof lifetime as 'number');
    if (typeof scope === 'string') findings.found('scopeAs', 'string');
    if (Array.isArray(scope)) findings.found('scopeAs', 'array');
    findings.found('refreshTokenForClientCredentials', typeof refreshToken === 'string');
    if (typeof refreshToken !== 'string')
      throw new NotAnswered('it would end the token pair in use, and client_credentials brings no refresh token');
    const renewed = await grant({ grant_type: 'refresh_token', refresh_token: refreshToken });
    findings.found('refreshTokenRotation', 'refresh_token' in renewed && renewed.refresh_token !== refreshToken);
  });
}

export async function askService(asking: Asking): Promise<void> {
  const { wire, findings } = asking;
  await asking.ask(['ttlDate'], async () => {
    const { body } = accepted(await wire.send('GET', '/debug/ttl'), 'the life of the token');
    const date = isObject(body) ? ownValue(body, 'date') : undefined;
    if (typeof date === 'number' || /^\d+$/.test(String(date))) findings.found('ttlDate', 'unix');
    else if (/^\d{4}-\d\d-\d\dT/.test(String(date))) findings.found('ttlDate', 'iso');
    else findings.other('ttlDate', 'another format');
  });
  await asking.ask(['missingScope'], async () => {
    for (const path of SCOPED) {
      const { status } = await wire.send('GET', path);
      if (status === 401 || status === 403) {
        findings.found('missingScope', status);
        return;
      }
    }
    throw new NotAnswered('the app has all scopes');
  });
  await asking.ask(['optInForms', 'formNamesGroup', 'flowNamesGroup'], async () => {
    const [forms, flows] = [await wire.send('GET', '/forms'), await wire.send('GET', '/flow', { api: 'flow' })];
    const [hasForms, hasFlows] = [serves(forms, 'the list of forms'), serves(flows, 'the list of flows')];
    if (hasForms && hasFlows) findings.found('optInForms', 'both');
    else if (hasForms || hasFlows) findings.found('optInForms', hasForms ? 'forms' : 'flows');
    else findings.other('optInForms', 'neither');
    noteGroups(asking, 'formNamesGroup', rowsOf(forms), (form) => form['customer_tables_id']);
    noteGroups(asking, 'flowNamesGroup', rowsOf(flows), ({ setup }) => isObject(setup) && setup['groupid']);
  });
  await asking.ask(['blockListLookUp'], async () => {
    const path = `/blacklist/${encodeURIComponent('cleverreach-probe-unknown@example.org')}`;
    const { status } = await wire.send('GET', path);
    findings.other('blockListLookUp', `${status === 404 || status === 200 ? 'yes' : 'no'}: ${status}`);
  });
}

/** Whether the account has what is listed. */
function serves(answer: RawResponse, what: string): boolean {
  return answer.status !== 404 && isSuccess(accepted(answer, what));
}

function noteGroups(
  { findings }: Asking,
  question: Question,
  rows: readonly JsonRow[],
  groupOf: (row: JsonRow) => unknown,
): void {
  const count = rows.filter((row) => Number(groupOf(row)) > 0).length;
  if (rows.length === 0) findings.notAsked(question, 'the account has none');
  else findings.other(question, count === rows.length ? 'yes' : `${count} of ${rows.length}`);
}

/** @param groupId only the tags of this group; all tags if undefined */
export async function askTagPaging(asking: Asking, groupId?: string): Promise<void> {
  const { wire, findings } = asking;
  await asking.ask(['tagPaging'], async () => {
    const tags = async (paging: Record<string, number>): Promise<string[]> => {
      const query = { group_id: groupId ?? 0, origin: '*', order_by: 'tag', limit: 1, ...paging };
      const { body } = accepted(await wire.send('GET', '/tags', { query }), 'the list of tags');
      return Array.isArray(body) ? body.map((tag) => JSON.stringify(tag)) : [];
    };
    const [first] = await tags({});
    if (first === undefined || (await tags({ limit: 2 })).length < 2) throw new NotAnswered('it needs two tags');
    const turns = async (paging: Record<string, number>): Promise<boolean> => (await tags(paging))[0] !== first;
    const [byPage, byOffset] = [await turns({ page: 1 }), await turns({ offset: 1 })];
    if (byPage || byOffset) findings.found('tagPaging', byPage && byOffset ? 'both' : byPage ? 'page' : 'offset');
    else findings.other('tagPaging', 'neither page nor offset');
  });
}
