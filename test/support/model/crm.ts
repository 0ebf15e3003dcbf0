/**
 * A simple CRM for a two-way flow that follows the rules of docs/two-way.md. It matches contacts by the hub's id, else
 * by CleverReach's id, else by address. Its own opt-out has priority over an older subscription. A deleted contact is
 * created again only by a newer subscription, and only after CleverReach has deleted it too. Tags are only added.
 */

import { z } from 'zod';

/** Unix seconds. */
type Seconds = number;
type Status = 'subscribed' | 'pending' | 'unsubscribed' | 'bounced' | 'inactive';

export const FIELDS = ['firstName', 'lastName', 'birthday', 'city'] as const;
export type Field = (typeof FIELDS)[number];

export interface Contact {
  readonly id: string;
  readonly email: string;
  values: Partial<Record<Field, string>>;
  readonly tags: Set<string>;
  status: Status;
  /** The time of the last opt-out; 0 if there was none. */
  optedOutAt: Seconds;
  /** CleverReach's id, as soon as it is known. */
  receiverId?: string | undefined;
}

/** The message of the CRM's trigger. */
export interface Outgoing {
  contactId: string;
  email: string;
  /** CleverReach's id, as soon as it is known. */
  receiverId: string | undefined;
  data: Record<string, unknown>;
}

const incoming = z.object({
  contactData: z.array(z.object({ type: z.string(), value: z.string() })),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  birthday: z.string().optional(),
  addresses: z.array(z.object({ city: z.string().optional() })).optional(),
  categories: z.array(z.object({ label: z.string() })).optional(),
  subscription: z.object({
    status: z.enum(['subscribed', 'pending', 'unsubscribed', 'bounced', 'inactive']),
    since: z.string().optional(),
  }),
});

export class Crm {
  private readonly contacts = new Map<string, Contact>();
  private readonly changed = new Set<string>();
  /** Deleted contacts whose deletion CleverReach has not confirmed, by address. */
  private readonly deleted = new Map<string, Outgoing>();
  /** Times of deletions here, by the id of the contact and by CleverReach's id. */
  private readonly deletedAt = new Map<string, Seconds>();
  private created = 0;
  /** How often the flow has written a contact, by address. */
  readonly writes = new Map<string, number>();

  /**
   * @param now the time of both sides
   * @param showsOwnWrites whether its trigger also sends contacts that the flow has written
   */
  constructor(
    private readonly now: () => Seconds,
    private readonly showsOwnWrites: boolean,
  ) {}

  all(): Contact[] {
    return [...this.contacts.values()];
  }

  byEmail(email: string): Contact | undefined {
    return this.all().find((contact) => contact.email === email);
  }

  /** A user creates a contact who agrees to mails. */
  create(email: string, values: Contact['values']): void {
    this.changed.add(this.add(email, 'subscribed', values).id);
  }

  edit(contact: Contact, values: Contact['values'], tags: readonly string[] = []): void {
    Object.assign(contact.values, values);
    for (const tag of tags) contact.tags.add(tag);
    this.changed.add(contact.id);
  }

  optOut(contact: Contact): void {
    contact.status = 'unsubscribed';
    contact.optedOutAt = this.now();
    this.changed.add(contact.id);
  }

  /** A user deletes a contact. */
  remove({ id, email, receiverId }: Contact): void {
    this.forget(id, receiverId);
    const data = { deleteRequested: new Date(this.now() * 1000).toISOString(), email };
    this.deleted.set(email, { contactId: id, email, receiverId, data });
  }

  /** The changes since the last call: deletions first, then the contacts in their current state. */
  poll(): Outgoing[] {
    const contacts = [...this.changed].flatMap((id) => this.contacts.get(id) ?? []);
    this.changed.clear();
    return [...this.deleted.values(), ...contacts.map(outgoing)];
  }

  /** Handles the deletion of the receiver by CleverReach. */
  confirmDeletion(contactId: string): void {
    for (const [email, deletion] of this.deleted) if (deletion.contactId === contactId) this.deleted.delete(email);
  }

  /** Handles CleverReach's response to a contact. */
  link(contactId: string, receiverId: string): void {
    const contact = this.contacts.get(contactId);
    if (contact) contact.receiverId = receiverId;
  }

  /** Handles the report of the flow that a receiver was deleted in CleverReach. */
  receiveDeletion(contactId: string | undefined, receiverId: string): void {
    const contact = this.contacts.get(contactId ?? '') ?? this.byReceiver(receiverId);
    // another receiver may have the address now
    if (!contact || (contact.receiverId ?? receiverId) !== receiverId) return;
    this.forget(contact.id, contact.receiverId);
    this.count(contact.email);
  }

  /**
   * Handles a person from the flow.
   * @returns the id of the contact; undefined if it was not stored
   */
  receive(data: unknown, contactId: string | undefined, receiverId: string): string | undefined {
    const { contactData, addresses, categories = [], subscription, ...names } = incoming.parse(data);
    const email = contactData.find(({ type }) => type === 'email')?.value ?? '';
    const since = Date.parse(subscription.since ?? '') / 1000;
    const signsUp = ['subscribed', 'pending'].includes(subscription.status);
    const deletedAt = this.deletedAt.get(contactId ?? '') ?? this.deletedAt.get(receiverId);
    const isBack = deletedAt === undefined || (signsUp && since > deletedAt);
    if (this.deleted.has(email) || !isBack) return undefined;
    const known = this.contacts.get(contactId ?? '') ?? this.byReceiver(receiverId) ?? this.byEmail(email);
    const contact = known ?? this.add(email, subscription.status, {});
    const before = contentOf(contact);
    for (const field of FIELDS) {
      const value = field === 'city' ? addresses?.[0]?.city : names[field];
      if (value !== undefined) contact.values[field] = value;
    }
    for (const { label } of categories) contact.tags.add(label);
    this.setStatus(contact, subscription.status, since);
    // values that only the contact has must reach the receiver that is linked now
    if (known && contact.receiverId !== receiverId) this.changed.add(contact.id);
    contact.receiverId = receiverId;
    if (known && contentOf(contact) === before) return contact.id;
    this.count(email);
    if (this.showsOwnWrites) this.changed.add(contact.id);
    return contact.id;
  }

  /** Only a newer subscription ends an opt-out here. */
  private setStatus(contact: Contact, status: Status, since: Seconds): void {
    if (status === 'unsubscribed') {
      if (contact.status !== status) contact.optedOutAt = since;
    } else if (contact.status === 'unsubscribed' && !(status === 'subscribed' && since > contact.optedOutAt)) return;
    contact.status = status;
  }

  private add(email: string, status: Status, values: Contact['values']): Contact {
    const id = `crm-${(this.created += 1)}`;
    const contact = { id, email, status, values: { ...values }, tags: new Set<string>(), optedOutAt: 0 };
    this.contacts.set(id, contact);
    return contact;
  }

  private forget(contactId: string, receiverId: string | undefined): void {
    this.contacts.delete(contactId);
    this.changed.delete(contactId);
    for (const id of [contactId, receiverId ?? []].flat()) this.deletedAt.set(id, this.now());
  }

  private byReceiver(receiverId: string): Contact | undefined {
    return this.all().find((contact) => contact.receiverId === receiverId);
  }

  private count(email: string): void {
    this.writes.set(email, (this.writes.get(email) ?? 0) + 1);
  }
}

const contentOf = ({ values, tags, status }: Contact): string => JSON.stringify([values, [...tags].sort(), status]);

function outgoing({ id, email, values, tags, status, optedOutAt, receiverId }: Contact): Outgoing {
  const { city, ...names } = values;
  const since = status === 'unsubscribed' ? { since: new Date(optedOutAt * 1000).toISOString() } : {};
  const data = {
    ...names,
    contactData: [{ type: 'email', value: email }],
    ...(city !== undefined && { addresses: [{ city }] }),
    categories: [...tags].map((label) => ({ label })),
    subscription: { status, ...since },
  };
  return { contactId: id, email, receiverId, data };
}
