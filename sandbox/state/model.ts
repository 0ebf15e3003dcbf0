import type { UnixSeconds } from '../clock';

/** What happened to a receiver. Stored oldest first; `groupId` 0 when it belongs to no group. */
export interface StoredEvent {
  stamp: UnixSeconds;
  type: string;
  typeId: string;
  value: string;
  mailingId: number;
  groupId: number;
  /** Whether it changed what the person shares between groups. */
  aboutPerson: boolean;
}

/** A line of an order, with the members that were sent. */
export type Order = Record<string, unknown>;

/** One address of the account ("pool" entry), whatever groups it is in. Values are keyed by the id of the attribute. */
export interface Person {
  id: number;
  email: string;
  values: Map<number, string>;
  groups: number[];
  events: StoredEvent[];
  /** Those that belong to no group. */
  orders: Order[];
  changedAt: UnixSeconds;
  attributesAt: UnixSeconds;
}

/** A person's membership in one group. */
export interface Member {
  registered: UnixSeconds;
  activated: UnixSeconds;
  deactivated: UnixSeconds;
  bounced: UnixSeconds;
  imported: UnixSeconds;
  /** Whether the person unsubscribed by himself, which no integration may undo. */
  left: boolean;
  source: string;
  values: Map<number, string>;
  tags: string[];
  /** Tags whose removal is under way, with the time at which they disappear. */
  leaving: Map<string, UnixSeconds>;
  orders: Order[];
  changedAt: UnixSeconds;
  attributesAt: UnixSeconds;
}

type View<T> = {
  readonly [K in keyof T]: T[K] extends Map<infer A, infer B>
    ? ReadonlyMap<A, B>
    : T[K] extends (infer E)[]
      ? readonly E[]
      : T[K];
};

/** Read-only: a seeded person who was never changed exists only while it is looked at, so a change of a view would be lost. */
export type PersonView = View<Person>;
export type MemberView = View<Member>;

export type ReceiverType = 'active' | 'inactive' | 'bounce';

/** Which of the three disjoint types a member is. */
export function typeOf(member: Pick<MemberView, 'activated' | 'deactivated' | 'bounced'>): ReceiverType {
  if (member.bounced !== 0) return 'bounce';
  return member.activated > 0 && member.deactivated === 0 ? 'active' : 'inactive';
}

/** A member without anything, registered at `time` and not confirmed. */
export function newMember(time: UnixSeconds): Member {
  return {
    registered: time,
    activated: 0,
    deactivated: 0,
    bounced: 0,
    imported: 0,
    left: false,
    source: '',
    values: new Map(),
    tags: [],
    leaving: new Map(),
    orders: [],
    changedAt: time,
    attributesAt: time,
  };
}
