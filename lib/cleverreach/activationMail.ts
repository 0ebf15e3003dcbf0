/**
 * The double-opt-in mail of a form or of a flow. Accounts have forms, whose ids are numbers, or flows, whose ids are
 * UUIDs. Flows belong to another API of the same host.
 */

import { ComponentError, RejectedError } from '../utils/errors';
import { shownId } from '../utils/ids';
import { yesOrNo } from '../subscription/memberValues';
import { isObject } from '../utils/objects';
import type { HttpRequest, Requests } from '../http/httpClient';
import { paths } from './paths';
import type { DoiData, Flow } from './types';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether the id is that of a flow, not of a form. */
export function isFlowId(id: string): boolean {
  return UUID.test(id);
}

/** The form or the flow with its id, for an error or the log. */
export function mailSource(id: string): string {
  return `${isFlowId(id) ? 'flow' : 'form'} ${shownId(id)}`;
}

/** `unsubscribe` is the only name of a playbook that is known; the others are guesses. */
const OPT_OUT = /unsubscri|opt-?_?out|deactivat|\bdoo\b|abmeld/i;

/** Whether the mail of the flow may be a double-opt-in mail. The same request sends the mail of an unsubscription. */
export function mayOptIn({ playbook }: Pick<Flow, 'playbook'>): boolean {
  return !OPT_OUT.test(playbook);
}

/**
 * Sends the mail; never retried.
 * @throws the errors of the API; RejectedError if CleverReach answers that it did not send the mail
 */
export async function sendActivationMail(
  http: Requests,
  id: string,
  email: string,
  doidata: DoiData,
): Promise<'sent' | 'already active'> {
  const response = await http.request(mailRequest(id, email, doidata)).catch((error: unknown) => {
    if (error instanceof ComponentError && !error.temporary && /already active/i.test(error.message))
      return 'already active' as const;
    throw error;
  });
  if (response === 'already active') return response;
  if (isObject(response.body) && yesOrNo(response.body['success']) === false) {
    throw new RejectedError(`CleverReach did not send the double-opt-in mail of ${mailSource(id)}.`, response.status);
  }
  return 'sent';
}

function mailRequest(id: string, email: string, doidata: DoiData): HttpRequest {
  return isFlowId(id)
    ? { method: 'POST', api: 'flow', path: `${paths.flow(id)}/send`, body: { receiver_id: email, doidata } }
    : { method: 'POST', path: `${paths.form(id)}/send/activate`, body: { email, doidata } };
}
