/** The value of the field `changeTypes` with which a trigger also reports deletions. */
export const EVERY_TYPE = 'new, changed, confirmed, unsubscribed, bounced, deleted';
