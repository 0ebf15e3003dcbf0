/** Receivers to write. */

export type ReceiverRecord = Record<string, unknown> & { email: string };

/** @param prefix distinguishes sets that must not overlap */
export function newReceivers(prefix: string, count: number): ReceiverRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `${prefix}${index}@example.org`,
    global_attributes: { firstname: `Jo ${index}`, lastname: 'Muster', city: 'Rastede' },
    tags: ['bench'],
  }));
}

/** The same receivers with another city. */
export function changed(records: readonly ReceiverRecord[]): ReceiverRecord[] {
  return records.map((one) => ({ ...one, global_attributes: { city: 'Flensburg' } }));
}
