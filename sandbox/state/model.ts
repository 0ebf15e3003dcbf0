import type { UnixSeconds } from '../clock';

/** A history entry of a receiver. Stored oldest first; `groupId` 0 means no group. */
export interface StoredEvent {
  stamp: UnixSeconds;
  type: string;
  typeId: string;
  value: string;
  mailingId: number;
  groupId: number;
  /** Whether it changed data that the groups of the person share. */
  aboutPerson: boolean;
}

/** The timestamps that determine the state of a member; 0 means never. */
export interface Timestamps {
  registered: UnixSeconds;
  activated: UnixSeconds;
  deactivated: UnixSeconds;
  bounced: UnixSeconds;
  imported: UnixSeconds;
}

export const timestampFields = ['registered', 'activated', 'deactivated', 'bounced', 'imported'] as const;

/** A line of an order, with the submitted members. */
export type Order = Record<string, unknown>;

/**
 * One address of the account ("pool" entry), independent of its groups. Values are stored by the id of the attribute.
 */
export interface Person {
  id: number;
  email: string;
  values: Map<number, string>;
  groups: number[];
  events: StoredEvent[];
  /** The events from before the seed by group: computed on each call, oldest first, never stored. */
  earlier: Map<number, () => StoredEvent[]>;
  /** Entries without a group. */
  orders: Order[];
  changedAt: UnixSeconds;
  attributesAt: UnixSeconds;
}

/** A person's membership in one group. */
export interface Member extends Timestamps {
  /** Whether the person unsubscribed, which no integration may undo. */
  left: boolean;
  source: string;
  values: Map<number, string>;
  tags: string[];
  /** Tags that are being removed, with the time at which they disappear. */
  pendingRemovals: Map<string, UnixSeconds>;
  orders: Order[];
  changedAt: UnixSeconds;
  attributesAt: UnixSeconds;
}

/** A stored segment of a group; its rules are stored as sent. */
export interface StoredFilter {
  readonly id: number;
  readonly groupId: number;
  name: string;
  operator: string;
  rules: readonly Record<string, unknown>[];
}

/** A sent double-opt-in (`activate`) or double-opt-out (`deactivate`) mail. */
export interface Mail {
  kind: 'activate' | 'deactivate';
  /** The id of a form or of a flow. */
  formId: string;
  groupId: string;
  receiverId: string;
  email: string;
  doidata: Record<string, unknown>;
  time: UnixSeconds;
}

type View<T> = {
  readonly [K in keyof T]: T[K] extends Map<infer A, infer B>
    ? ReadonlyMap<A, B>
    : T[K] extends (infer E)[]
      ? readonly E[]
      : T[K];
};

/** Read-only: an unchanged seeded person exists only during an access, so a change of the view would be lost. */
export type PersonView = View<Person>;
export type MemberView = View<Member>;

export type ReceiverType = 'active' | 'inactive' | 'bounce';

/** The one of three disjoint types that a member has. */
export function typeOf(member: Pick<Timestamps, 'activated' | 'deactivated' | 'bounced'>): ReceiverType {
  if (member.bounced !== 0) return 'bounce';
  return member.activated > 0 && member.deactivated === 0 ? 'active' : 'inactive';
}

/** An empty member, registered at `time` and not confirmed. */
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
    pendingRemovals: new Map(),
    orders: [],
    changedAt: time,
    attributesAt: time,
  };
}
