import type { Receiver } from '../../lib/cleverreach/types';

/** A complete receiver with default values, as the parser returns it. */
export function receiver(id: string, members: Partial<Receiver> = {}): Receiver {
  return {
    id,
    email: `r${id.padStart(6, '0')}@example.org`,
    registered: 0,
    activated: 0,
    deactivated: 0,
    bounced: 0,
    imported: 0,
    active: true,
    attributes: {},
    global_attributes: {},
    tags: [],
    events: [],
    ...members,
  };
}
