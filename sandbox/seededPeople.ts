import type { UnixSeconds } from './clock';
import { addressPart, firstNames, lastNames, places, stores, streets, tagNames } from './names';
import type { MemberSource } from './state/members';
import { newMember, type Member, type Person, type StoredEvent } from './state/model';
import type { PeopleSource } from './state/pool';
import { Permutation } from './permutation';

/** Attribute name → id. */
export type SeedAttributes = ReadonlyMap<string, number>;

export interface SeedPlan {
  firstId: number;
  groups: number;
  /** Per group. */
  receivers: number;
  now: UnixSeconds;
  global: SeedAttributes;
}

/** One in this many receivers of the first group is in all groups. */
const sharedEvery = 10;
const day = 86_400;
const ip = '198.51.100.7';

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

  constructor(private readonly plan: SeedPlan) {
    this.places = plan.groups * plan.receivers;
    this.shuffle = new Permutation(this.places);
  }

  /** The members of the group with this index. */
  join(index: number, groupId: number, attributes: SeedAttributes): MemberSource {
    this.slots[index] = { groupId, attributes };
    const order = Array.from({ length: this.plan.receivers }, (_, row) => this.idAt(this.placeOf(row, index)));
    return {
      order,
      member: (id) => {
        const place = this.placeAt(id);
        return place !== undefined && this.isIn(place, index) ? this.memberAt(place, attributes) : undefined;
      },
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
    const events: StoredEvent[] = [];
    const groups: number[] = [];
    this.slots.forEach(({ groupId }, index) => {
      if (!this.isIn(place, index)) return;
      groups.push(groupId);
      events.push(...this.eventsAt(place, groupId));
    });
    const registered = this.registeredAt(place);
    const values = this.globalsAt(place);
    const stamps = { changedAt: registered, attributesAt: registered };
    return { id, email: this.emailAt(place), values, groups, events, orders: [], ...stamps };
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
    const stamps = this.stampsAt(place);
    const values = { customer_no: String(100_000 + place), store: pick(stores, number), visits: String(number % 7) };
    return {
      ...newMember(stamps.registered),
      ...stamps,
      left: stamps.deactivated !== 0,
      source: number % 2 === 0 ? 'RESTful API' : 'https://shop.example.org',
      values: valuesOf(attributes, values),
      tags: tagNames.filter((_, index) => (tagBits >>> index) % 3 === 0),
    };
  }

  /** Of a hundred people, 90 are active, 2 have bounced, 4 have unsubscribed and 4 never confirmed. */
  private stampsAt(place: number): Pick<Member, 'registered' | 'activated' | 'deactivated' | 'bounced'> {
    const registered = this.registeredAt(place);
    const later = registered + Math.floor((this.plan.now - registered) / 2);
    const state = hash(place, 8) % 100;
    return {
      registered,
      activated: state >= 96 ? 0 : registered + 60,
      deactivated: state >= 92 && state < 96 ? later : 0,
      bounced: state >= 90 && state < 92 ? later : 0,
    };
  }

  private eventsAt(place: number, groupId: number): StoredEvent[] {
    const stamps = this.stampsAt(place);
    const at = (stamp: UnixSeconds, type: string, typeId: string, value: string): StoredEvent => ({
      stamp,
      type,
      typeId,
      value,
      mailingId: type.startsWith('mail_') ? 4711 : 0,
      groupId,
      aboutPerson: false,
    });
    const events = [at(stamps.registered, 'api', 'REST insert', `${ip}, ${ip}`)];
    if (hash(place, 5) % 3 === 0) events.push(at(stamps.registered + 30, 'log', '', 'changed by mia'));
    if (stamps.deactivated !== 0) events.push(at(stamps.deactivated, 'user_unsubscribe', '301', ip));
    if (stamps.bounced !== 0) events.push(at(stamps.bounced, 'mail_bounce', 'hardbounce', '550 5.1.1 user unknown'));
    if (hash(place, 6) % 4 === 0) events.push(at(this.plan.now - 5 * day - (place % day), 'mail_open', '4711', ip));
    return events;
  }

  /** Between ten days and three years before the seed. */
  private registeredAt(place: number): UnixSeconds {
    return this.plan.now - 10 * day - (hash(place, 7) % (3 * 365 * day));
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

function pick<T>(list: readonly T[], number: number): T {
  const found = list[number % list.length];
  if (found === undefined) throw new RangeError('Nothing to pick from');
  return found;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** A pseudo-random number from 0 to 2³² - 1. */
function hash(place: number, salt: number): number {
  let mixed = Math.imul(place ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
