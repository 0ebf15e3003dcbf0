/** The account of the demo: two groups in a sandbox, the changes to them, and their comparison. */

import type { Sandbox, WireReceiver } from '../../sandbox';

const SOURCE = 'Newsletter';
const TARGET = 'Customers';

export class Account {
  readonly credentials: Record<string, string>;
  private readonly source: string;
  private readonly target: string;
  /** Unsubscribed from the target group, but still in the source group. */
  private readonly left: string;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly size: number,
  ) {
    const { client, account } = sandbox;
    this.credentials = { client_id: client.id, client_secret: client.secret };
    const [source] = sandbox.seed({ groups: [SOURCE], receivers: size }).groups;
    if (source === undefined) throw new Error('The sandbox has seeded no group.');
    this.source = source;
    this.target = account.addGroup(TARGET);
    for (const name of ['customer_no', 'store']) account.addAttribute({ name, groupId: this.target });
    this.left = addressOf(account.receivers(source)[10]);
    account.unsubscribe(this.target, account.addReceiver(this.target, { email: this.left }));
  }

  describe(): string {
    return `group "${SOURCE}" with ${this.size} receivers, group "${TARGET}" with one of them, which has unsubscribed there`;
  }

  /** One edit, one unsubscribe, one new receiver. */
  change(): string {
    const { account } = this.sandbox;
    const [edited, unsubscribed] = account.receivers(this.source).filter((receiver) => receiver['active'] === true);
    account.edit(this.source, addressOf(edited), { global_attributes: { city: 'Flensburg' }, tags: ['moved'] });
    account.unsubscribe(this.source, addressOf(unsubscribed));
    account.addReceiver(this.source, {
      email: 'new@example.org',
      global_attributes: { firstname: 'Nele', lastname: 'Neu' },
    });
    return 'one receiver was edited, one has unsubscribed, one is new';
  }

  /**
   * Whether both groups have the same people with the same account attributes, and the target has at least the tags of
   * the source.
   */
  isEqual(): boolean {
    const targets = new Map(this.sandbox.account.receivers(this.target).map((one) => [addressOf(one), one]));
    const sources = this.sandbox.account.receivers(this.source);
    return sources.length === targets.size && sources.every((one) => isCopy(one, targets.get(addressOf(one))));
  }

  /**
   * Number of receivers that were not in the target at first and are active there, although they unsubscribed, bounced
   * or never confirmed in the source.
   */
  wronglyActive(): number {
    const { account } = this.sandbox;
    const sources = account.receivers(this.source).filter((one) => one['active'] !== true);
    const inactive = new Set(sources.map(addressOf).filter((email) => email !== this.left));
    return account.receivers(this.target).filter((one) => one['active'] === true && inactive.has(addressOf(one)))
      .length;
  }

  isStillUnsubscribed(): boolean {
    const receiver = this.sandbox.account.receiver(this.target, this.left);
    return receiver?.['active'] === false && Number(receiver['deactivated']) > 0;
  }
}

function isCopy(source: WireReceiver, target: WireReceiver | undefined): boolean {
  const same = (name: string): boolean => JSON.stringify(source[name]) === JSON.stringify(target?.[name]);
  const tags = Array.isArray(target?.['tags']) ? target['tags'] : [];
  const hasTags = Array.isArray(source['tags']) && source['tags'].every((tag) => tags.includes(tag));
  return same('global_attributes') && hasTags;
}

function addressOf(receiver: WireReceiver | undefined): string {
  return String(receiver?.['email']);
}
