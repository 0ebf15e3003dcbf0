/** The two flows between a CleverReach group and a CRM, according to the recipe of docs/two-way.md. */

import { readingBy, stepOfOne, action, linked, type Kind, type Reading } from '../steps';
import type { FakeRuntime, Sent } from '../runtime';
import type { Stage } from '../stage';
import type { Crm, Outgoing } from './crm';
import { Hub } from './hub';

export interface TwoWayOptions {
  platform: Kind;
  reading: Reading;
}

/** Small pages, so that a full read of the group takes more requests than a quick poll. */
const SMALL_PAGES = 10;

export class TwoWayFlow {
  private readonly hub: Hub | undefined;
  private readonly trigger: FakeRuntime;
  private readonly create: () => FakeRuntime;
  private readonly update: () => FakeRuntime;
  /** Messages that the next step has not processed yet. */
  private toCrm: Sent[] = [];
  private readonly sentIds = new Set<string>();
  private toCleverReach: Outgoing[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly crm: Crm,
    { platform, reading }: TwoWayOptions,
  ) {
    const linking = platform === 'oih' ? linked : {};
    this.hub = platform === 'oih' ? new Hub() : undefined;
    const pages = reading === 'quick polls' ? { pageSize: SMALL_PAGES } : {};
    this.trigger = stepOfOne(stage, { ...readingBy(reading), ...pages, ...linking }, platform);
    const upsert = (newReceivers: string) => () =>
      action(stage, { optOuts: true, deletes: true, newReceivers, ...linking }, platform);
    this.create = upsert('active');
    this.update = upsert('skip');
  }

  /**
   * Flow 1, from CleverReach to the CRM.
   * @param failsAt the number of the message that the broker does not confirm
   * @param isCrmDown whether messages wait until the next call
   */
  async pollCleverReach(failsAt?: number, isCrmDown = false): Promise<void> {
    let emits = 0;
    this.trigger.onEmit = ({ event }) => {
      if (event === 'data' && (emits += 1) === failsAt) throw new Error('the broker did not confirm the message');
    };
    const { error } = await this.stage.attempt(this.trigger);
    this.toCrm.push(...this.trigger.sent);
    if (error === undefined) for (const id of this.trigger.ids) this.sentIds.add(String(id));
    if (!isCrmDown) this.deliverToCrm();
  }

  /** Delivers the messages that wait for the CRM. */
  deliverToCrm(): void {
    for (const message of this.toCrm.splice(0)) this.writeToCrm(message);
  }

  /**
   * Flow 2, from the CRM to CleverReach. Messages that were handed back are delivered again at the next call, before
   * all others.
   */
  async pollCrm(): Promise<void> {
    const due = [...this.toCleverReach.splice(0), ...this.crm.poll()];
    // one message about each contact: the newest
    const newest = due.filter(
      (one, index) => due.findLastIndex(({ contactId }) => contactId === one.contactId) === index,
    );
    const left = await Promise.all(newest.map(async (one) => ((await this.writeToCleverReach(one)) ? [] : [one])));
    this.toCleverReach = left.flat();
  }

  /** Whether a poll that did not fail has sent the receiver. */
  hasSent(receiverId: string): boolean {
    return this.sentIds.has(receiverId);
  }

  /** CleverReach's id is in the metadata or, with a hub, in the data, where a custom mapping has put it. */
  private writeToCrm({ metadata, data }: Sent): void {
    const receiverId = String(metadata['recordUid']);
    const oihUid = this.hub?.uidOf('cleverreach', receiverId);
    const contactId = oihUid === undefined ? undefined : this.hub?.idIn('crm', oihUid);
    if ('deleteRequested' in data) {
      this.crm.receiveDeletion(contactId, receiverId);
      return;
    }
    const stored = this.crm.receive(data, contactId, receiverId);
    if (stored !== undefined && oihUid !== undefined) this.hub?.link(oihUid, 'crm', stored);
  }

  /** @returns whether the message is processed */
  private async writeToCleverReach({ contactId, receiverId, data }: Outgoing): Promise<boolean> {
    const oihUid = this.hub?.uidOf('crm', contactId);
    const recordUid = oihUid === undefined ? undefined : this.hub?.idIn('cleverreach', oihUid);
    const metadata = { ...(oihUid !== undefined && { oihUid }), ...(recordUid !== undefined && { recordUid }) };
    const isKnown = (recordUid ?? receiverId) !== undefined;
    const step = isKnown ? this.update() : this.create();
    const record = { metadata, data };
    const { error, events } = await this.stage.attempt(step, this.hub ? record : { body: record });
    if (error !== undefined || events.includes('rebound')) return false;
    const [answer] = step.sent;
    if (answer?.data['delete'] === 'confirmed') this.crm.confirmDeletion(contactId);
    const id = answer?.metadata['recordUid'];
    if (typeof id !== 'string' || answer === undefined || 'delete' in answer.data) return true;
    this.crm.link(contactId, id);
    if (oihUid !== undefined) this.hub?.link(oihUid, 'cleverreach', id);
    return true;
  }
}
