/**
 * Messages about the same few people arrive while these people sign up at a double-opt-in form, confirm or unsubscribe,
 * at any request of the component, and while another step, which the component cannot recognise as one of the same
 * account, writes them too.
 */

import { ComponentError, messageOf } from '../../../lib/utils/errors';
import type { Switches, WireReceiver } from '../../../sandbox';
import type { FakeRuntime } from '../runtime';
import type { Stage } from '../stage';
import { action, type Fields } from '../steps';

/** What a person does just before one of the requests of the component is carried out. */
interface Deed {
  kind: 'signUp' | 'confirm' | 'unsubscribe';
  who: number;
  /** The number of the request, from 0. */
  at: number;
}

/** Messages that arrive together. */
export interface Meeting {
  messages: { who: number; step: 'active' | 'unconfirmed'; isOther: boolean; says: Fields }[];
  deeds: Deed[];
}

/** The last action of each receiver. */
type Own = Map<string, 'waiting' | 'confirmed' | 'left'>;

const addressOf = (who: number): string => `p${who}@example.org`;

/**
 * Runs the meetings one after the other.
 * @returns the first problem; undefined if there is none
 */
export async function meet(
  stage: Stage,
  switches: Partial<Switches>,
  meetings: readonly Meeting[],
): Promise<string | undefined> {
  stage.renew();
  Object.assign(stage.sandbox.switches, switches);
  const { access_token: key } = stage.sandbox.issueToken();
  const own: Own = new Map();
  const optedOut = new Set<string>();
  for (const [index, { messages, deeds }] of meetings.entries()) {
    const outcomes = await withDeeds(stage, own, deeds, () =>
      Promise.all(
        messages.map(async ({ who, step, isOther, says }) => {
          const fields = { skipTransformation: true, newReceivers: step, optOuts: true, ...(isOther && { key }) };
          const data = { email: addressOf(who), global_attributes: { firstname: step }, ...says };
          return await stage.attempt(runtimeOf(stage, fields), { data });
        }),
      ),
    );
    const untyped = outcomes
      .map(({ error }) => error)
      .find((one) => one !== undefined && !(one instanceof ComponentError));
    for (const [at, { who, says }] of messages.entries()) {
      const isDone = outcomes[at]?.error === undefined && outcomes[at]?.events.includes('data');
      if (isDone && 'subscription' in says && !mayRace(messages, who)) optedOut.add(addressOf(who));
    }
    const problem =
      untyped === undefined
        ? (wronglyActive(stage, own, meetings.slice(0, index + 1)) ?? activeAfterOptOut(stage, own, optedOut))
        : messageOf(untyped);
    if (problem !== undefined) return `${problem} (at ${index + 1})`;
    stage.later(1200);
  }
  return undefined;
}

/**
 * Whether a step of another process may activate a receiver that it has just created, after the opt-out found the
 * receiver pending. The order of messages is guaranteed within one process only.
 */
function mayRace(messages: Meeting['messages'], who: number): boolean {
  return messages.some((one) => one.who === who && one.isOther);
}

function activeAfterOptOut({ sandbox, group }: Stage, own: Own, optedOut: ReadonlySet<string>): string | undefined {
  const active = [...optedOut].find(
    (email) => own.get(email) !== 'confirmed' && sandbox.account.receiver(group, email)?.['active'] === true,
  );
  return active === undefined ? undefined : `${active} is active although a record has opted out`;
}

function runtimeOf(stage: Stage, fields: Fields): FakeRuntime {
  const step = action(stage, fields);
  if ('key' in fields) for (const name of Object.keys(stage.credentials)) Reflect.deleteProperty(step.cfg, name);
  return step;
}

async function withDeeds<T>(stage: Stage, own: Own, deeds: readonly Deed[], run: () => Promise<T>): Promise<T> {
  const { faults } = stage.sandbox;
  const take = faults.take.bind(faults);
  let requests = 0;
  faults.take = (method, path, route) => {
    if (path.startsWith('/v3/')) {
      for (const deed of deeds.filter(({ at }) => at === requests)) happen(stage, own, deed);
      requests += 1;
    }
    return take(method, path, route);
  };
  try {
    return await run();
  } finally {
    faults.take = take;
  }
}

function happen({ sandbox, group }: Stage, own: Own, { kind, who }: Deed): void {
  const email = addressOf(who);
  const { account, clock } = sandbox;
  const isThere = account.receiver(group, email) !== undefined;
  if (kind === 'signUp' && !isThere) {
    account.addReceiver(group, { email, registered: clock.now(), activated: 0 });
    own.set(email, 'waiting');
  }
  if (kind === 'confirm' && isThere) {
    account.confirm(group, email);
    own.set(email, 'confirmed');
  }
  if (kind === 'unsubscribe' && isThere) {
    account.unsubscribe(group, email);
    own.set(email, 'left');
  }
}

/**
 * A receiver may be active if it has confirmed, or if a step that creates active receivers has created it from a record
 * that is not inactive.
 */
function wronglyActive({ sandbox, group }: Stage, own: Own, meetings: readonly Meeting[]): string | undefined {
  const isActive = ({ active }: WireReceiver): boolean => active === true || active === '1';
  for (const receiver of sandbox.account.receivers(group).filter(isActive)) {
    const email = String(receiver['email']);
    if (own.get(email) === 'confirmed') continue;
    if (own.has(email)) return `${email} is active, and the receiver's own last word is "${String(own.get(email))}"`;
    const isAllowed = meetings
      .flatMap(({ messages }) => messages)
      .some(
        ({ who, step, says }) =>
          addressOf(who) === email && step === 'active' && says['active'] !== '0' && !('subscription' in says),
      );
    if (!isAllowed) return `${email} is active, and no step was to make it so`;
    const wasCreatedWaiting = sandbox.requests.some(({ method, path, status, body }) => {
      const row = (Array.isArray(body) ? {} : body) as Record<string, unknown> | undefined;
      const isCreate = method === 'POST' && path === `/v3/groups/${group}/receivers` && status < 300;
      return isCreate && row?.['email'] === email && row['activated'] === 0;
    });
    if (wasCreatedWaiting) return `${email} is active, and was created unconfirmed`;
  }
  return undefined;
}
