/** Names in `everyFault` of the faults that the models use. */
export const faultNames = [
  '401',
  '429 with a long Retry-After, for ever',
  '500',
  '500, for ever',
  'a connection dropped after the request was carried out',
  'connections dropped after the request was carried out, for ever',
] as const;
