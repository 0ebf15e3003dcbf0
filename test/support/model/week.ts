/** A week of a two-way flow: both sides are edited at random, and the polls of both flows alternate. */

import { isMailboxName } from '../../../lib/mapping/functions/names';
import type { WireReceiver } from '../../../sandbox';
import { everyFault } from '../faults/faults';
import type { faultNames } from './faultNames';
import { DAY, type Stage } from '../stage';
import { tagsOf, valuesOf } from '../storedContent';
import { Crm, FIELDS, type Contact, type Field } from './crm';
import { TwoWayFlow, type TwoWayOptions } from './twoWayFlow';

export const PERSONS = 60;
const WEEK = 7 * DAY;
/** Longer than the time between two full reads. */
const HOUR = 3700;

export interface Edit {
  side: 'CleverReach' | 'CRM';
  kind: 'new' | 'edit' | 'tag' | 'unsubscribe' | 'confirm' | 'bounce' | 'delete';
  who: number;
  field: Field;
  /** Makes the value. */
  value: number;
}

export interface Moment {
  /** Minutes since the previous event. */
  minutes: number;
  edits: readonly Edit[];
  first: 'CleverReach' | 'CRM';
  fault?: { name: (typeof faultNames)[number]; after: number } | undefined;
  /** The number of the message of the trigger that the broker does not confirm. */
  failsAt?: number | undefined;
  isCrmDown: boolean;
}

export interface Week extends TwoWayOptions {
  /** Whether the CRM's trigger also sends contacts that the flow has written. */
  showsOwnWrites: boolean;
  moments: readonly Moment[];
}

const ATTRIBUTES = { firstName: 'firstname', lastName: 'lastname', birthday: 'birthday', city: 'city' } as const;

const addressOf = (who: number): string => `ada.p${who}@example.org`;
const valueOf = (field: Field, value: number): string =>
  field === 'birthday'
    ? `19${String(60 + (value % 40))}-01-02`
    : `${['Öz', 'Ada', 'X-', 'von '][value % 4] ?? ''}V${value}`;

/**
 * Runs the week.
 * @returns the problem at its end or before; undefined if there is none
 */
export async function playWeek(stage: Stage, week: Week): Promise<string | undefined> {
  stage.sandbox.account.addAttribute({ name: 'city' });
  const game = new Game(stage, week);
  await game.poll({ minutes: 0, edits: [], first: 'CleverReach', isCrmDown: false });
  for (const moment of week.moments) {
    stage.later(moment.minutes * 60);
    for (const edit of moment.edits) {
      game.edit(edit);
      stage.later(7);
    }
    await game.poll(moment);
  }
  return await game.judge();
}

class Game {
  private readonly crm: Crm;
  private readonly flow: TwoWayFlow;
  private readonly began: number;
  /** The number of real changes, by address. */
  private readonly changes = { CleverReach: new Map<string, number>(), CRM: new Map<string, number>() };
  /** Addresses that were unsubscribed on either side, and not subscribed again later. */
  private readonly optedOut = new Set<string>();
  private readonly gone = new Set<string>();
  private readonly addresses = new Map<string, string>();
  /** Changes that may not have arrived yet, by address. */
  private readonly unsettled = new Map<string, { side: Edit['side']; at: number; polls: number; isLate: boolean }>();
  /** Addresses that were changed before a change of the other side, or a late message about them, had arrived. */
  private readonly crossed = new Set<string>();
  private readonly showsOwnWrites: boolean;

  constructor(
    private readonly stage: Stage,
    week: Week,
  ) {
    this.began = this.now();
    this.showsOwnWrites = week.showsOwnWrites;
    this.crm = new Crm(() => this.now(), week.showsOwnWrites);
    this.flow = new TwoWayFlow(stage, this.crm, week);
    const { account } = stage.sandbox;
    for (let who = 0; who < PERSONS; who += 1) {
      const values = { firstName: `Jo${who}`, lastName: 'Öztürk' };
      const registered = this.began - DAY;
      // a third on each side, a third on both; some of those in CleverReach have no name
      const global_attributes = who % 5 === 0 ? {} : { firstname: values.firstName, lastname: values.lastName };
      if (who % 3 !== 1) account.addReceiver(stage.group, { email: addressOf(who), registered, global_attributes });
      if (who % 3 !== 0) this.crm.create(addressOf(who), values);
      this.count('CleverReach', who);
      this.count('CRM', who);
    }
    this.crossed.clear();
  }

  async poll({ first, fault, failsAt, isCrmDown }: Moment): Promise<void> {
    const { faults } = this.stage.sandbox;
    const named = everyFault.find(({ name }) => name === fault?.name);
    if (named && fault) {
      faults.add({ path: /^\/v3\//, after: fault.after, ...named.fault, times: named.times });
    }
    const polls = [() => this.flow.pollCleverReach(failsAt, isCrmDown), () => this.flow.pollCrm()];
    for (const poll of first === 'CRM' ? polls.reverse() : polls) {
      await poll();
      this.stage.later(150);
      this.noteAddresses();
    }
    faults.clear();
    this.settle(named !== undefined || failsAt !== undefined || isCrmDown);
  }

  /** A change has arrived after a full read and one more poll at the latest, if both succeed. */
  private settle(hadTrouble: boolean): void {
    for (const [email, change] of this.unsettled) {
      if (hadTrouble) change.isLate = true;
      else if (this.now() - change.at > HOUR) change.polls += 1;
      if (change.polls > 1) this.unsettled.delete(email);
    }
  }

  edit(edit: Edit): void {
    if (edit.side === 'CRM') this.editCrm(edit);
    else this.editCleverReach(edit);
    this.noteAddresses();
  }

  private editCrm({ kind, who, field, value }: Edit): void {
    const email = addressOf(who);
    const contact = this.crm.byEmail(email);
    if (kind === 'new' && !contact) {
      // a deletion that has not arrived yet removes the opt-out, which CleverReach does not keep
      if (!this.receiver(email) || this.gone.has(email)) this.optedOut.delete(email);
      this.gone.delete(email);
      // without a surname, the one that is made from the address would come back
      this.crm.create(email, { lastName: 'Öz', [field]: valueOf(field, value) });
    } else if (!contact) return;
    else if (kind === 'edit') this.crm.edit(contact, { [field]: valueOf(field, value) });
    else if (kind === 'tag') this.crm.edit(contact, {}, [`t${value % 4}`]);
    else if (kind === 'unsubscribe') {
      this.crm.optOut(contact);
      this.optedOut.add(email);
    } else if (kind === 'delete') {
      this.crm.remove(contact);
      this.gone.add(email);
    } else return;
    this.count('CRM', who);
  }

  private editCleverReach({ kind, who, field, value }: Edit): void {
    const { account } = this.stage.sandbox;
    const { group } = this.stage;
    const email = addressOf(who);
    const receiver = this.receiver(email);
    const values = { global_attributes: { [ATTRIBUTES[field]]: valueOf(field, value) } };
    if (kind === 'new' && !receiver) {
      const isPending = value % 2 === 0;
      account.addReceiver(group, { email, ...(value % 3 === 0 ? {} : values), ...(isPending && { activated: 0 }) });
      if (!isPending) this.optedOut.delete(email);
      this.gone.delete(email);
    } else if (!receiver) return;
    else if (kind === 'edit') account.edit(group, email, values);
    else if (kind === 'tag') account.edit(group, email, { tags: [...new Set([...tagsOf(receiver), `t${value % 4}`])] });
    else if (kind === 'unsubscribe') {
      account.unsubscribe(group, email);
      this.optedOut.add(email);
    } else if (kind === 'confirm') {
      account.confirm(group, email);
      this.optedOut.delete(email);
    } else if (kind === 'bounce') account.bounce(group, email);
    else if (kind === 'delete') {
      // not reported if no poll has read it, or only a poll that failed
      if (!this.flow.hasSent(String(receiver['id']))) return;
      account.remove(group, email);
      this.gone.add(email);
    } else return;
    this.count('CleverReach', who);
    // the contact that is linked with it is sent once
    if (kind === 'new') this.changes.CRM.set(email, (this.changes.CRM.get(email) ?? 0) + 1);
  }

  /** Polls without changes until the week is over; then both sides must be equal. */
  async judge(): Promise<string | undefined> {
    const quiet: Moment = { minutes: 0, edits: [], first: 'CleverReach', isCrmDown: false };
    this.stage.later(Math.max(HOUR, this.began + WEEK - 6 * HOUR - this.now()));
    for (let round = 0; round < 4; round += 1) {
      await this.poll(quiet);
      this.stage.later(HOUR);
    }
    const different = this.differences() ?? this.harm() ?? this.echoes();
    if (different !== undefined) return different;
    const [written, stored] = [this.writes().length, JSON.stringify([...this.crm.writes])];
    for (let minutes = 0; minutes < 60; minutes += 20) {
      await this.poll(quiet);
      this.stage.later(1200);
    }
    const isQuiet = this.writes().length === written && JSON.stringify([...this.crm.writes]) === stored;
    return isQuiet ? undefined : 'something was written in the last, quiet hour';
  }

  private differences(): string | undefined {
    const receivers = this.stage.sandbox.account.receivers(this.stage.group);
    for (const receiver of receivers) {
      const email = String(receiver['email']);
      const contact = this.crm.byEmail(email);
      if (!contact) return `${email} is missing in the CRM`;
      const difference = differenceOf(receiver, contact);
      if (difference !== undefined) return `${difference} of ${email} differs`;
    }
    const missing = this.crm.all().find(({ email }) => !this.receiver(email));
    return missing && `${missing.email} is missing in CleverReach`;
  }

  private harm(): string | undefined {
    const active = [...this.optedOut].find((email) => this.receiver(email)?.['active'] === true);
    if (active !== undefined) return `${active} is active after an opt-out`;
    const back = [...this.gone].find((email) => this.receiver(email) ?? this.crm.byEmail(email));
    return back === undefined ? undefined : `${back} exists after its deletion`;
  }

  /** More writes than changes on the other side, or than all changes if they have crossed. */
  private echoes(): string | undefined {
    const written = new Map<string, number>();
    for (const email of this.writes()) written.set(email, (written.get(email) ?? 0) + 1);
    return this.tooMany('CleverReach', written) ?? this.tooMany('CRM', this.crm.writes);
  }

  private tooMany(side: Edit['side'], written: ReadonlyMap<string, number>): string | undefined {
    for (const [email, count] of written) {
      const [own, other] = side === 'CRM' ? (['CRM', 'CleverReach'] as const) : (['CleverReach', 'CRM'] as const);
      const changes = this.changes[other].get(email) ?? 0;
      const ownChanges = this.changes[own].get(email) ?? 0;
      // a message about the first of several changes may arrive after the second
      const crossing = this.crossed.has(email) || ownChanges > 1 ? ownChanges : 0;
      if (count > changes + crossing) return `${email} was written ${count} times in ${side} after ${changes} changes`;
    }
    return undefined;
  }

  /** The address of each receiver that was written, once per row; requests whose response was lost are repeated. */
  private writes(): string[] {
    return this.stage.sandbox.requests
      .filter(
        ({ method, path, status }) =>
          method !== 'GET' && /\/receivers(\/|$)/.test(path) && status >= 200 && status < 400,
      )
      .filter(({ path }) => !path.endsWith('/filter'))
      .flatMap(({ path, body }) => {
        const id = /\/receivers\/(\d+)/.exec(path)?.[1];
        const rows = [body].flat() as ({ email?: string } | undefined)[];
        return id === undefined ? rows.map((row) => row?.email ?? '?') : [this.addresses.get(id) ?? id];
      });
  }

  private noteAddresses(): void {
    for (const { id, email } of this.stage.sandbox.account.receivers(this.stage.group))
      this.addresses.set(String(id), String(email));
  }

  private receiver(email: string): WireReceiver | undefined {
    return this.stage.sandbox.account.receiver(this.stage.group, email);
  }

  private count(side: Edit['side'], who: number): void {
    const email = addressOf(who);
    this.changes[side].set(email, (this.changes[side].get(email) ?? 0) + 1);
    const before = this.unsettled.get(email);
    // a CRM that sends contacts written by the flow sends an earlier change back
    if (before && (before.side !== side || before.isLate || this.showsOwnWrites)) this.crossed.add(email);
    this.unsettled.set(email, { side, at: this.now(), polls: 0, isLate: before?.isLate ?? false });
  }

  private now(): number {
    return this.stage.sandbox.clock.now();
  }
}

function differenceOf(receiver: WireReceiver, { email, values, tags, status }: Contact): string | undefined {
  const field = FIELDS.find((one) => {
    const stored = valuesOf(receiver)[ATTRIBUTES[one]] ?? '';
    const value = values[one] ?? '';
    return stored !== value && !(stored === '' && isMailboxName(one, value, email));
  });
  if (field !== undefined) return field;
  if ([...tags].sort().join() !== tagsOf(receiver).sort().join()) return 'a tag';
  return (receiver['active'] === true) === (status === 'subscribed') ? undefined : 'the state';
}

/** Describes the week, one event per line. */
export function describeWeek({ moments, ...options }: Week): string {
  return [
    JSON.stringify(options),
    ...moments.map(({ minutes, edits, first, ...trouble }, index) => {
      const deeds = edits.map(
        ({ side, kind, who, field, value }) => `${side}: ${kind} ${addressOf(who)} (${field} ${value})`,
      );
      return `${index + 1}. +${minutes} min: ${deeds.join('; ') || 'nothing'}; polls ${first} first ${JSON.stringify(trouble)}`;
    }),
  ].join('\n');
}
