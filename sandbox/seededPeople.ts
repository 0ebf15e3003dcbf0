import { hash, pick } from './chance';
import type { UnixSeconds } from './clock';
import { addressPart, firstNames, lastNames, places, stores, streets, tagNames } from './names';
import type { MemberSource } from './state/members';
import { newMember, type Member, type Person } from './state/model';
import type { PeopleSource } from './state/pool';
import { Permutation } from './permutation';
import { SeededHistory } from './seededHistory';

/** Attribute name → id. */
export type SeedAttributes = ReadonlyMap<string, number>;

export interface SeedPlan {
  firstId: number;
  groups: number;
  /** Per group. */
  receivers: number;
  now: UnixSeconds;
  global: SeedAttributes;
  /** Events of a person in each of its groups; undefined for a short history. */
  events: number | undefined;
}

/** One in this many receivers of the first group is in all groups. */
const sharedEvery = 10;

interface Slot {
  groupId: number;
  attributes: SeedAttributes;
}

/** First and last names together, in the order of their addresses. */
const couples = firstNames
  .flatMap(([first, salutation]) =>
    lastNames.map((last) => ({ first, last, salutation, local: `${addressPart(first)}.${addressPart(last)}.` })),
  )
  .sort((a, b) => (a.local < b.local ? -1 : 1));

/**
 * People computed from their position. A position is a number below groups × receivers: position i × groups + g is
 * receiver i of group g, and for every tenth i the person at position i × groups is in all groups. Addresses ascend
 * with the position, so no list has to be sorted; ids do not.
 */
export class SeededPeople implements PeopleSource {
  private readonly slots: Slot[] = [];
  private readonly places: number;
  private readonly shuffle: Permutation;
  private readonly history: SeededHistory;

  constructor(private readonly plan: SeedPlan) {
    this.places = plan.groups * plan.receivers;
    this.shuffle = new Permutation(this.places);
    this.history = new SeededHistory(plan.now, plan.events);
  }

  /** The members of the group with this index. */
  join(index: number, groupId: number, attributes: SeedAttributes): MemberSource {
    this.slots[index] = { groupId, attributes };
    const order = Array.from({ length: this.plan.receivers }, (_, row) => this.idAt(this.placeOf(row, index)));
    const isMember = (place: number | undefined): place is number => place !== undefined && this.isIn(place, index);
    return {
      order,
      member: (id) => {
        const place = this.placeAt(id);
        return isMember(place) ? this.memberAt(place, attributes) : undefined;
      },
      timestamps: (id) => {
        const place = this.placeAt(id);
        return isMember(place) ? this.history.timestampsAt(place) : undefined;
      },
      latest: (field) => this.history.latest(field),
    };
  }

  person(id: number): Person | undefined {
    const place = this.placeAt(id);
    return place === undefined || !this.exists(place) ? undefined : this.personAt(place, id);
  }

  email(id: number): string | undefined {
    const place = this.placeAt(id);
    return place === undefined || !this.exists(place) ? undefined : this.emailAt(place);
  }

  idOf(lowerCaseEmail: string): number | undefined {
    const place = Number(/\.(\d+)@/.exec(lowerCaseEmail)?.[1] ?? NaN) - this.plan.firstId;
    if (!(place >= 0 && place < this.places) || !this.exists(place) || this.emailAt(place) !== lowerCaseEmail)
      return undefined;
    return this.idAt(place);
  }

  private placeOf(row: number, group: number): number {
    return row * this.plan.groups + (row % sharedEvery === 0 ? 0 : group);
  }

  private isIn(place: number, group: number): boolean {
    return this.placeOf(Math.floor(place / this.plan.groups), group) === place;
  }

  private exists(place: number): boolean {
    return this.isIn(place, place % this.plan.groups);
  }

  private idAt(place: number): number {
    return this.plan.firstId + this.shuffle.to(place);
  }

  private placeAt(id: number): number | undefined {
    const offset = id - this.plan.firstId;
    return Number.isInteger(offset) && offset >= 0 && offset < this.places ? this.shuffle.from(offset) : undefined;
  }

  private coupleAt(place: number) {
    const couple = couples[Math.floor((place * couples.length) / this.places)];
    if (!couple) throw new RangeError(`No place ${place}`);
    return couple;
  }

  private emailAt(place: number): string {
    return `${this.coupleAt(place).local}${String(this.plan.firstId + place).padStart(9, '0')}@example.org`;
  }

  private personAt(place: number, id: number): Person {
    const groups = this.slots.flatMap(({ groupId }, index) => (this.isIn(place, index) ? [groupId] : []));
    const earlier = new Map(groups.map((groupId) => [groupId, () => this.history.eventsAt(place, groupId)]));
    const registered = this.history.registeredAt(place);
    const values = this.globalsAt(place);
    const timestamps = { changedAt: registered, attributesAt: registered };
    return { id, email: this.emailAt(place), values, groups, events: [], earlier, orders: [], ...timestamps };
  }

  private globalsAt(place: number): Map<number, string> {
    const couple = this.coupleAt(place);
    const home = pick(places, hash(place, 1));
    const number = hash(place, 2);
    const birthday = `${1940 + (number % 66)}-${twoDigits((number % 12) + 1)}-${twoDigits((number % 28) + 1)}`;
    const values: Record<string, string> = {
      salutation: couple.salutation,
      firstname: couple.first,
      lastname: couple.last,
      birthday: number % 3 === 0 ? '' : birthday,
      street: `${pick(streets, number)} ${(number % 180) + 1}`,
      zip: home[0],
      city: home[1],
      country: home[2],
      language: home[3],
      phone: number % 4 === 0 ? '' : `${home[4]} ${1_000_000 + (number % 8_999_999)}`,
    };
    return valuesOf(this.plan.global, values);
  }

  private memberAt(place: number, attributes: SeedAttributes): Member {
    const number = hash(place, 3);
    const tagBits = hash(place, 4);
    const timestamps = this.history.timestampsAt(place);
    const values = { customer_no: String(100_000 + place), store: pick(stores, number), visits: String(number % 7) };
    return {
      ...newMember(timestamps.registered),
      ...timestamps,
      left: timestamps.deactivated !== 0,
      source: number % 2 === 0 ? 'RESTful API' : 'https://shop.example.org',
      values: valuesOf(attributes, values),
      tags: tagNames.filter((_, index) => (tagBits >>> index) % 3 === 0),
    };
  }
}

function valuesOf(attributes: SeedAttributes, values: Record<string, string>): Map<number, string> {
  const found = new Map<number, string>();
  for (const [name, id] of attributes) {
    const value = values[name];
    if (value !== undefined && value !== '') found.set(id, value);
  }
  return found;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
