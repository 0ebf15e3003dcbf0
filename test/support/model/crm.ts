/**
 * A simple CRM at the other end of a two-way flow, which keeps the rules of docs/two-way.md: it matches contacts by the
 * hub's id, else by CleverReach's id, else by address; an opt-out of its own outweighs an older subscription; a contact
 * that was deleted comes back only by a newer subscription, and not before CleverReach has deleted it too; tags are only
 * added.
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
  /** Of the last opt-out; 0 if there was none. */
  optedOutAt: Seconds;
  /** CleverReach's id, once it is known. */
  receiverId?: string | undefined;
}

/** What the CRM's trigger sends. */
export interface Outgoing {
  contactId: string;
  email: string;
  /** CleverReach's id, once it is known. */
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
  /** When contacts were deleted here, by their id and by CleverReach's. */
  private readonly deletedAt = new Map<string, Seconds>();
  private created = 0;
  /** How often the flow has written a contact, by address. */
  readonly writes = new Map<string, number>();

  /**
   * @param now the time of both sides
   * @param showsOwnWrites whether its trigger also sends what the flow has written
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

  /** A user enters a contact, which may be mailed. */
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

  /** What has changed since the last call: deletions first, then the contacts as they are now. */
  poll(): Outgoing[] {
    const contacts = [...this.changed].flatMap((id) => this.contacts.get(id) ?? []);
    this.changed.clear();
    return [...this.deleted.values(), ...contacts.map(outgoing)];
  }

  /** CleverReach has deleted the receiver. */
  confirmDeletion(contactId: string): void {
    for (const [email, deletion] of this.deleted) if (deletion.contactId === contactId) this.deleted.delete(email);
  }

  /** CleverReach's answer to a contact that was sent. */
  link(contactId: string, receiverId: string): void {
    const contact = this.contacts.get(contactId);
    if (contact) contact.receiverId = receiverId;
  }

  /** The flow reports that a receiver was deleted in CleverReach. */
  receiveDeletion(contactId: string | undefined, receiverId: string): void {
    const contact = this.contacts.get(contactId ?? '') ?? this.byReceiver(receiverId);
    // another receiver may have the address by now
    if (!contact || (contact.receiverId ?? receiverId) !== receiverId) return;
    this.forget(contact.id, contact.receiverId);
    this.count(contact.email);
  }

  /**
   * The flow brings a person.
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
    // what only the contact holds has to get to the receiver that it is now linked with
    if (known && contact.receiverId !== receiverId) this.changed.add(contact.id);
    contact.receiverId = receiverId;
    if (known && contentOf(contact) === before) return contact.id;
    this.count(email);
    if (this.showsOwnWrites) this.changed.add(contact.id);
    return contact.id;
  }

  /** An opt-out here ends only by a subscription that is newer. */
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
