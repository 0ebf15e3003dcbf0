import { hash } from './chance';
import type { UnixSeconds } from './clock';
import type { Timestamps, StoredEvent } from './state/model';

const hour = 3600;
const day = 24 * hour;
const week = 7 * day;
const ip = '198.51.100.7';
/** Makes the id of a mailing from the number of its week. */
const firstMailing = 40_000;

/** The timestamps and events of seeded people, computed from the place of a person. */
export class SeededHistory {
  /** Seconds within which the mails of a person lie; 0 for a short history. */
  private readonly span: number;

  /** @param events of each person in each group; undefined for a short history, as new receivers have it */
  constructor(
    private readonly now: UnixSeconds,
    private readonly events: number | undefined,
  ) {
    this.span = events === undefined ? 0 : (events + 1) * week;
  }

  /** Of a hundred people, 90 are active, 2 have bounced, 4 have unsubscribed and 4 never confirmed. */
  timestampsAt(place: number): Timestamps {
    const registered = this.registeredAt(place);
    const mailed = registered + this.span;
    const later = mailed + Math.floor((this.now - mailed) / 2);
    const state = hash(place, 8) % 100;
    return {
      registered,
      activated: state >= 96 ? 0 : registered + 60,
      deactivated: state >= 92 && state < 96 ? later : 0,
      bounced: state >= 90 && state < 92 ? later : 0,
      imported: 0,
    };
  }

  /** No person has a later timestamp of this kind. */
  latest(field: keyof Timestamps): UnixSeconds {
    if (field === 'imported') return 0;
    if (field === 'deactivated' || field === 'bounced') return this.now - 5 * day;
    return this.now - 10 * day - this.span + 60;
  }

  /** From ten days to three years before the first of the mails, or before the seed. */
  registeredAt(place: number): UnixSeconds {
    return this.now - 10 * day - this.span - (hash(place, 7) % (3 * 365 * day));
  }

  /** Oldest first. */
  eventsAt(place: number, groupId: number): StoredEvent[] {
    return this.events === undefined ? this.few(place, groupId) : this.many(place, groupId, this.events);
  }

  private few(place: number, groupId: number): StoredEvent[] {
    const { registered, ...timestamps } = this.timestampsAt(place);
    const at = eventIn(groupId);
    const events = [at(registered, 'api', 'REST insert', `${ip}, ${ip}`)];
    if (hash(place, 5) % 3 === 0) events.push(at(registered + 30, 'log', '', 'changed by mia'));
    events.push(...endIn(groupId, timestamps));
    if (hash(place, 6) % 4 === 0) events.push(at(this.now - 5 * day - (place % day), 'mail_open', '4711', ip, 4711));
    return events;
  }

  /** The weekly mails up to now or to the end of the subscription, some opened and clicked, and the creation. */
  private many(place: number, groupId: number, count: number): StoredEvent[] {
    if (count === 0) return [];
    const { registered, ...timestamps } = this.timestampsAt(place);
    const at = eventIn(groupId);
    const newestFirst = count > 1 ? endIn(groupId, timestamps) : [];
    const newest = this.now - 2 * day + (place % hour);
    const end = timestamps.deactivated || timestamps.bounced || this.now;
    const skipped = Math.max(0, Math.ceil((newest + day - end) / week));
    for (let mail = skipped; newestFirst.length < count - 1; mail += 1) {
      const sent = newest - mail * week;
      const mailing = firstMailing + Math.floor((this.now - 2 * day - mail * week) / week);
      const chance = hash(place, 100 + mail);
      const opened = sent + 60 + (chance % (day - 2 * hour));
      const left = count - 1 - newestFirst.length;
      // a click needs an opened mail, and an opened mail one that was sent
      if (chance % 25 === 0 && left > 2)
        newestFirst.push(at(opened + 40, 'mail_click', String(mailing % 100), ip, mailing));
      if (chance % 5 === 0 && left > 1) newestFirst.push(at(opened, 'mail_open', String(mailing), ip, mailing));
      newestFirst.push(at(sent, 'mail_send', String(mailing), '', mailing));
    }
    const isApi = hash(place, 3) % 2 === 0;
    const [type, typeId, value] = isApi ? ['api', 'REST insert', `${ip}, ${ip}`] : ['log', '', 'created by mia'];
    newestFirst.push(at(registered, type, typeId, value));
    return newestFirst.reverse();
  }
}

type EventAt = (stamp: UnixSeconds, type: string, typeId: string, value: string, mailingId?: number) => StoredEvent;

function eventIn(groupId: number): EventAt {
  return (stamp, type, typeId, value, mailingId = 0) => ({
    stamp,
    type,
    typeId,
    value,
    mailingId,
    groupId,
    aboutPerson: false,
  });
}

/** The event by which a subscription ended, if it did. */
function endIn(groupId: number, { deactivated, bounced }: Pick<Timestamps, 'deactivated' | 'bounced'>): StoredEvent[] {
  const at = eventIn(groupId);
  if (deactivated !== 0) return [at(deactivated, 'user_unsubscribe', '301', ip)];
  return bounced === 0 ? [] : [at(bounced, 'mail_bounce', 'hardbounce', '550 5.1.1 user unknown', 4711)];
}
