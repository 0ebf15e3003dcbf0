import type { Person, PersonView } from './model';

/** Computes people from their ids, so that a large account needs no memory for them. */
export interface PeopleSource {
  person(id: number): Person | undefined;
  /** Only the address, which is cheaper. */
  email(id: number): string | undefined;
  idOf(lowerCaseEmail: string): number | undefined;
}

/**
 * All people of the account. Ids are account-wide and never reused. Addresses are unique without regard to case, except
 * those that {@link Pool.create} adds to a stored one.
 */
export class Pool {
  private readonly stored = new Map<number, Person>();
  private readonly ids = new Map<string, readonly number[]>();
  private readonly gone = new Set<number>();
  private readonly sources: PeopleSource[] = [];
  private nextId = 70_211;
  private changes = 0;

  /** Changes with every modification. */
  get version(): number {
    return this.changes;
  }

  /** Reserves a range of ids for a source and returns the first id. */
  reserve(count: number): number {
    const first = this.nextId;
    this.nextId += count;
    return first;
  }

  addSource(source: PeopleSource): void {
    this.sources.push(source);
  }

  view(id: number): PersonView | undefined {
    return this.stored.get(id) ?? this.computed(id);
  }

  /** The key by which receivers are compared and sorted. */
  key(id: number): string {
    const email = this.stored.get(id)?.email ?? this.first((source) => source.email(id));
    return (email ?? '').toLowerCase();
  }

  /** The person with this spelling of the address, else the first one with another. */
  idOf(email: string): number | undefined {
    const ids = this.idsOf(email);
    return ids.length > 1 ? (ids.find((id) => this.view(id)?.email === email) ?? ids[0]) : ids[0];
  }

  /** All people with this address, without regard to case. */
  idsOf(email: string): readonly number[] {
    const key = email.toLowerCase();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const computed = this.first((source) => source.idOf(key));
    return computed === undefined || this.stored.has(computed) || this.gone.has(computed) ? [] : [computed];
  }

  /** The person for modification, stored from now on. */
  edit(id: number): Person {
    this.changes += 1;
    const known = this.stored.get(id);
    if (known) return known;
    const computed = this.computed(id);
    if (!computed) throw new Error(`No person ${id}`);
    return this.store(computed);
  }

  create(email: string, time: number): Person {
    this.changes += 1;
    const id = this.reserve(1);
    return this.store({
      id,
      email,
      values: new Map(),
      groups: [],
      events: [],
      earlier: new Map(),
      orders: [],
      changedAt: time,
      attributesAt: time,
    });
  }

  rename(id: number, email: string): void {
    const person = this.edit(id);
    this.forget(id);
    person.email = email;
    this.remember(person);
  }

  remove(id: number): void {
    this.changes += 1;
    this.forget(id);
    this.stored.delete(id);
    this.gone.add(id);
  }

  private store(person: Person): Person {
    this.stored.set(person.id, person);
    this.remember(person);
    return person;
  }

  private remember({ id, email }: Person): void {
    const key = email.toLowerCase();
    this.ids.set(key, [...(this.ids.get(key) ?? []), id]);
  }

  private forget(id: number): void {
    const key = this.key(id);
    const others = (this.ids.get(key) ?? []).filter((one) => one !== id);
    if (others.length > 0) this.ids.set(key, others);
    else this.ids.delete(key);
  }

  private computed(id: number): Person | undefined {
    return this.gone.has(id) ? undefined : this.first((source) => source.person(id));
  }

  private first<T>(ask: (source: PeopleSource) => T | undefined): T | undefined {
    for (const source of this.sources) {
      const found = ask(source);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
