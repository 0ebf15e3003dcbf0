/** Random records, states of receivers and responses of CleverReach. */

import fc from '../fastCheck';
import { DAY, NOW } from './bench';

const value = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('', null, '+3', '4.3.1990'),
);
const tag = fc.constantFrom('a', 'A b', 'crm.x', 'crm.y.z', '-crm.x', '-crm.*', '-a', '-', '.x', 'Müller', '-nobody');
const map = fc.dictionary(fc.constantFrom('firstname', 'LASTNAME', 'birthday', 'store', 'visits', 'other'), value);
const stamp = fc.constantFrom(0, 1, NOW - DAY, NOW - 5);

/** The result of a mapping, without an address. */
export const mapped = fc.record(
  {
    attributes: map,
    global_attributes: map,
    tags: fc.array(tag, { maxLength: 5 }),
    active: fc.boolean(),
    registered: stamp,
    activated: stamp,
    deactivated: stamp,
    bounced: stamp,
    source: fc.string(),
    id: fc.string(),
  },
  { requiredKeys: [] },
);

/** The state of a receiver in CleverReach. */
export const stored = fc.record({
  registered: fc.constantFrom(NOW - DAY, NOW - 5),
  activated: stamp,
  deactivated: stamp,
  bounced: stamp,
  tags: fc.subarray(['foreign', 'shop.a', 'crm.x', 'a']),
});

/** The behaviour of CleverReach. */
export const switches = fc.record({
  dateFormat: fc.constantFrom('Y-m-d', 'd.m.Y'),
  emptyMaps: fc.constantFrom('object', 'array'),
  activeAs: fc.constantFrom('boolean', 'digit'),
  upsertplusTags: fc.boolean(),
  arrayOfOne: fc.constantFrom('array', 'unwrapped'),
  stampsOmitted: fc.constantFrom('active', 'waiting'),
  emailCase: fc.constantFrom('kept', 'lowered'),
  emailDomain: fc.constantFrom('kept', 'ascii', 'unicode'),
  activatedOverridesUnsubscribe: fc.boolean(),
  unknownAttributes: fc.constantFrom('ignored', 'rejected'),
  attributeNames: fc.constantFrom('lowered', 'dropped'),
} as const);

export const newReceivers = fc.constantFrom('active', 'unconfirmed', 'skip');
