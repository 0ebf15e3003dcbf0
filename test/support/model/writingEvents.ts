/** Incoming messages and changes in the account, one after the other. After each message, no receiver may be harmed. */

import { ComponentError, messageOf } from '../../../lib/utils/errors';
import type { Switches, WireReceiver } from '../../../sandbox';
import type { FakeRuntime } from '../runtime';
import { everyFault } from '../faults/faults';
import { faultNames } from './faultNames';
import { tagsOf, valuesOf } from '../storedContent';
import { DAY, NOW, type Outcome, type Stage } from '../stage';
import { action, linked, person, type Fields } from '../steps';

export interface Settings {
  newReceivers: 'active' | 'unconfirmed' | 'skip';
  optOuts: boolean;
  deletes: boolean;
  switches: Partial<Switches>;
}

interface Fault {
  name: (typeof writingFaults)[number];
  /** The number of requests that pass before it. */
  after: number;
}

interface Message {
  /** The number of an address. */
  who: number;
  /** The number of a receiver whose id the hub has linked; undefined if it knows none. */
  ours?: number | undefined;
  fault?: Fault | undefined;
  /** Whether a message that was handed back is redelivered only after the next event. */
  isLate?: boolean;
}

/** The statement of a record about the subscription; it names the group of the step, another group, or none. */
interface State {
  status: 'subscribed' | 'unsubscribed' | 'pending' | 'bounced' | 'gold';
  group?: 'here' | 'elsewhere' | undefined;
}

export type Event =
  | (Message & {
      kind: 'person';
      says: { firstName?: string; lastName?: string; birthday?: string; active?: boolean };
      state?: State | undefined;
      tags: string[];
    })
  | (Message & { kind: 'delete' })
  | { kind: 'register' | 'unsubscribe' | 'bounce' | 'edit' | 'tag' | 'remove' | 'rename'; who: number };

export const writingFaults = ['403', ...faultNames] as const;

const addressOf = (who: number): string => `p${who}@example.org`;
const sentNames = { firstName: 'firstname', lastName: 'lastname', birthday: 'birthday' } as const;

/** Runs the events and returns the first problem; undefined if there is none. */
export async function play(stage: Stage, settings: Settings, events: readonly Event[]): Promise<string | undefined> {
  const { switches, ...fields } = settings;
  stage.renew();
  Object.assign(stage.sandbox.switches, switches);
  const step = action(stage, { ...linked, ...fields });
  let late: (() => Promise<string | undefined>)[] = [];
  for (const [index, event] of events.entries()) {
    const due = late;
    late = [];
    if (event.kind === 'person' || event.kind === 'delete') {
      const problem = await receive(stage, step, event, settings, (again) => late.push(again));
      if (problem !== undefined) return `${problem} (at ${index + 1})`;
    } else happen(stage, event);
    stage.later(1200);
    for (const again of due) {
      const problem = await again();
      if (problem !== undefined) return `${problem} (late, after ${index + 1})`;
    }
  }
  for (const again of late) {
    const problem = await again();
    if (problem !== undefined) return `${problem} (late, at the end)`;
  }
  return undefined;
}

/** Describes the settings and the events, one per line. */
export function describeEvents(settings: Settings, events: readonly Event[]): string {
  const lines = events.map((event, index) => {
    const who = addressOf(event.who);
    if (event.kind !== 'person' && event.kind !== 'delete') return `${index + 1}. in the account: ${event.kind} ${who}`;
    const what =
      event.kind === 'delete'
        ? 'a request to delete'
        : `${JSON.stringify(event.says)} with the tags [${event.tags.join(', ')}]`;
    const id = event.ours === undefined ? '' : `, linked with receiver no. ${event.ours}`;
    const fault = event.fault ? `, with "${event.fault.name}" after ${event.fault.after} requests` : '';
    const state = event.kind === 'person' && event.state ? ` as ${JSON.stringify(event.state)}` : '';
    const late = event.isLate ? ', and again after the next event' : '';
    return `${index + 1}. ${what}${state} comes in about ${who}${id}${fault}${late}`;
  });
  return [JSON.stringify(settings), ...lines].join('\n');
}

function happen({ sandbox, group }: Stage, { kind, who }: Event): void {
  const { account } = sandbox;
  const members = account.receivers(group);
  const id = members[who % Math.max(1, members.length)]?.['id'];
  if (kind === 'register') {
    if (!account.receiver(group, addressOf(who))) {
      const own = { global_attributes: { firstname: 'Old', lastname: 'Older' }, tags: ['own', 'shop.own'] };
      account.addReceiver(group, { email: addressOf(who), registered: NOW - DAY, ...own });
    }
    return;
  }
  if (typeof id !== 'string') return;
  if (kind === 'unsubscribe') account.unsubscribe(group, id);
  if (kind === 'bounce') account.bounce(group, id);
  if (kind === 'edit') account.edit(group, id, { global_attributes: { firstname: 'Edited' } });
  if (kind === 'tag') account.edit(group, id, { tags: ['own'] });
  if (kind === 'remove') account.remove(group, id);
  if (kind === 'rename' && !account.receiver(group, addressOf(who + 4))) account.changeEmail(id, addressOf(who + 4));
}

/** Delivers the message once with its fault, if it has one, and then twice without it, immediately or later. */
async function receive(
  stage: Stage,
  step: FakeRuntime,
  event: Event & Message,
  settings: Settings,
  later: (again: () => Promise<string | undefined>) => void,
): Promise<string | undefined> {
  const { sandbox, group } = stage;
  const before = sandbox.account.receivers(group);
  const ours = event.ours === undefined ? undefined : before[event.ours % Math.max(1, before.length)]?.['id'];
  const message = { metadata: ours === undefined ? {} : { oihUid: 'u', recordUid: ours }, data: dataOf(event, group) };
  const optsOut = settings.optOuts && isOptOut(event);

  const fault = everyFault.find(({ name }) => name === event.fault?.name);
  if (fault && event.fault) {
    sandbox.faults.add({ path: /^\/v3\//, after: event.fault.after, ...fault.fault, times: fault.times });
    const outcome = await stage.attempt(step, message);
    sandbox.faults.clear();
    stage.later(1200);
    const problem = typed(outcome) ?? harmDone(before, sandbox.account.receivers(group), event, ours, optsOut);
    if (problem !== undefined) return problem;
    if (event.isLate) {
      if (outcome.events.includes('rebound')) later(() => receiveAgain());
      return undefined;
    }
  }
  return await receiveAgain();

  async function receiveAgain(): Promise<string | undefined> {
    return await receiveTwice(stage, step, event, { message, ours, optsOut });
  }
}

async function receiveTwice(
  stage: Stage,
  step: FakeRuntime,
  event: Event & Message,
  { message, ours, optsOut }: { message: Fields; ours: unknown; optsOut: boolean },
): Promise<string | undefined> {
  const { sandbox, group } = stage;
  const before = sandbox.account.receivers(group);
  const outcome = await stage.attempt(step, message);
  const after = sandbox.account.receivers(group);
  const problem = typed(outcome) ?? harmDone(before, after, event, ours, optsOut);
  if (problem !== undefined) return problem;
  if (optsOut && outcome.error === undefined) {
    if (outcome.events.includes('rebound')) return 'an opt-out was handed back without a fault';
    const meant = meantOf(after, event, ours);
    if (meant?.['active'] === true) return `${emailOf(meant)} is active after the record has opted out`;
  }
  if (event.kind === 'person' && outcome.error === undefined) {
    const missing = step.sent.length === 0 ? undefined : unwritten(after, event);
    if (missing !== undefined) return missing;
  }

  sandbox.forgetRequests();
  const again = await stage.attempt(step, message);
  const writes = sandbox.requests.filter(
    ({ method, path, status }) => method !== 'GET' && !path.startsWith('/oauth') && status < 400,
  );
  if (writes.length > 0 && again.error === undefined)
    return `the same message wrote a second time: ${writes.map(({ path }) => path).join()}`;
  const now = sandbox.account.receivers(group);
  return JSON.stringify(now) === JSON.stringify(after)
    ? typed(again)
    : 'the same message changed something the second time';
}

function dataOf(event: Event & Message, group: string): Fields {
  if (event.kind === 'delete') return { deleteRequested: true, ...person(addressOf(event.who)) };
  if (event.kind !== 'person') return {};
  const { says, state, tags } = event;
  const named = state?.group && { group: { id: state.group === 'here' ? group : '70999' } };
  const subscription = state && { subscription: { status: state.status, ...named } };
  return person(addressOf(event.who), { ...says, ...subscription, categories: tags });
}

function isOptOut(event: Event): boolean {
  return event.kind === 'person' && event.state?.status === 'unsubscribed' && event.state.group !== 'elsewhere';
}

function isInactive(event: Event): boolean {
  return (
    event.kind === 'person' && (event.says.active === false || (event.state?.status ?? 'subscribed') !== 'subscribed')
  );
}

function typed({ error, events }: Outcome): string | undefined {
  if (error !== undefined && !(error instanceof ComponentError)) return `it threw ${messageOf(error)}`;
  return error !== undefined && events.length > 0 ? `an error after ${events.join()}: ${messageOf(error)}` : undefined;
}

const emailOf = (receiver: WireReceiver): string => String(receiver['email']).toLowerCase();

/** The receiver that a message is about. */
function meantOf(all: WireReceiver[], { who }: Event, ours: unknown): WireReceiver | undefined {
  return all.find(({ id }) => id === ours) ?? all.find((one) => emailOf(one) === addressOf(who));
}

/** The harm that a message has done to a receiver; undefined if there is none. */
function harmDone(
  before: WireReceiver[],
  after: WireReceiver[],
  event: Event & Message,
  ours: unknown,
  optsOut: boolean,
): string | undefined {
  const emails = after.map(emailOf);
  if (new Set(emails).size < emails.length) return 'an address exists twice';
  if (after.length > before.length + 1) return 'more than one was created';
  const created = after.filter(({ id }) => before.every((old) => old['id'] !== id));
  if (isInactive(event) && created.some(({ active }) => active !== false)) return 'an active receiver was created';
  const meant = meantOf(before, event, ours);
  const mentioned = event.kind === 'person' ? event.says : {};
  for (const old of before) {
    const now = after.find(({ id }) => id === old['id']);
    const name = emailOf(old);
    const isMeant = old === meant;
    if (!now && !(isMeant && event.kind === 'delete')) return `${name} is missing`;
    if (!now) continue;
    if (!isMeant && JSON.stringify(now) !== JSON.stringify(old))
      return `${name} was changed, but the message was not about it`;
    if (old['active'] === false && now['active'] !== false) return `${name} is active again`;
    const isDeactivated = optsOut && old['active'] === true && now['active'] === false;
    const kept = ['registered', 'activated', 'bounced', ...(isDeactivated ? [] : ['deactivated'])];
    const stamps = kept.filter((stamp) => now[stamp] !== old[stamp]);
    if (old['active'] === true && now['active'] === false && !isDeactivated) return `${name} was deactivated`;
    if (stamps.length > 0) return `${stamps.join()} of ${name} changed`;
    const lost = tagsOf(old).filter((tag) => !tagsOf(now).includes(tag));
    if (lost.length > 0) return `the tags ${lost.join()} of ${name} were removed`;
    const said = Object.entries(sentNames).flatMap(([key, attribute]) => (key in mentioned ? [attribute] : []));
    const changed = Object.entries(valuesOf(old)).filter(
      ([attribute, value]) => !said.some((one) => one === attribute) && valuesOf(now)[attribute] !== value,
    );
    if (changed.length > 0)
      return `${changed.map(([attribute]) => attribute).join()} of ${name} was changed without a value in the message`;
    const blanked = Object.entries(valuesOf(old)).filter(
      ([attribute, value]) => value !== '' && valuesOf(now)[attribute] === '',
    );
    if (blanked.length > 0) return `${blanked.map(([attribute]) => attribute).join()} of ${name} was blanked`;
  }
  return undefined;
}

/** Values of a person that the receiver does not have although the message was sent on. */
function unwritten(after: WireReceiver[], { who, says, tags }: Event & { kind: 'person' }): string | undefined {
  const now = after.find((one) => emailOf(one) === addressOf(who));
  if (!now) return 'the message was sent on, but no receiver has the address';
  const values = Object.entries(sentNames).filter(([key, attribute]) => {
    const value = says[key as keyof typeof sentNames];
    return value !== undefined && value.trim() !== '' && valuesOf(now)[attribute] !== value;
  });
  const missing = [...values.map(([key]) => key), ...tags.filter((tag) => !tagsOf(now).includes(tag))];
  return missing.length === 0 ? undefined : `the message was sent on, but ${missing.join()} was not written`;
}
