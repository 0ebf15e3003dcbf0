/** Exchanges the code of the consent page for a grant: the tokens and the name of the account. */

import { openAccount } from '../../lib/account';
import { systemClock } from '../../lib/utils/clock';
import { messageOf } from '../../lib/utils/errors';
import type { Logger } from '../../lib/utils/logger';
import type { OAuthClient } from '../../lib/oauth/credentials';
import { tokenEndpoint } from '../../lib/oauth/tokenEndpoint';
import { loggerOf } from '../../lib/platform/step';
import type { Grant } from './results';

/** Time limit of a request; short, because a user waits in front of a browser. */
const BUDGET_SECONDS = 20;

/**
 * @param code valid once
 * @throws the typed errors of the token endpoint. If only the name of the account cannot be read, the tokens are still
 *   returned.
 */
export async function connect(
  { baseUrl, client, redirectUri }: { baseUrl: string; client: OAuthClient; redirectUri: string },
  code: string,
  report: (text: string) => void,
): Promise<Grant> {
  const logger: Logger = { debug: () => undefined, info: report, warn: report, error: report };
  const endpoint = tokenEndpoint({ baseUrl, client, clock: systemClock, logger });
  const pair = await endpoint.exchange(code, redirectUri);
  const account = await accountOf(pair.accessToken, logger).catch((error: unknown) => {
    report(`The tokens were received, but the name of the account could not be read: ${messageOf(error)}`);
    return undefined;
  });
  return { ...(account !== undefined && { account }), baseUrl, client, redirectUri, pair };
}

async function accountOf(token: string, logger: Logger): Promise<string> {
  const context = { logger, emit: () => Promise.resolve() };
  const { company, email, id } = await openAccount(
    { context, cfg: { key: token } },
    { logger: loggerOf({ context, cfg: {} }), budgetSeconds: BUDGET_SECONDS },
  ).api.whoami();
  return `${company || email} (${id})`;
}
