/** Builds paths below that of an API. An id is always exactly one segment of a path, whatever it contains. */

import { ConfigurationError, RecordError } from '../utils/errors';

export const paths = {
  group: (id: string): string => `/groups/${segment(id, 'group')}`,
  form: (id: string): string => `/forms/${segment(id, 'form')}`,
  flow: (id: string): string => `/flow/${segment(id.toLowerCase(), 'flow')}`,
  receiver: (id: string): string => `/receivers/${segment(id, 'receiver')}`,
  receiverGroups: (id: string): string => `${paths.receiver(id)}/groups`,
  receivers: (groupId: string): string => `${paths.group(groupId)}/receivers`,
  groupReceiver: (groupId: string, id: string): string => `${paths.receivers(groupId)}/${segment(id, 'receiver')}`,
  /** @param groupId the block list of the account if it is omitted */
  blocked: (entry: string, groupId?: string): string =>
    `${groupId === undefined ? '' : paths.group(groupId)}/blacklist/${segment(entry, 'receiver')}`,
};

type Kind = 'group' | 'form' | 'flow' | 'receiver';

/**
 * Rejects ids that would change the path: with an empty id or `..`, a request for one receiver becomes a request for
 * the group.
 */
function segment(id: string, kind: Kind): string {
  const value = id.trim();
  if (value === '' || value === '.' || value === '..') throw unusable(kind, value);
  try {
    return encodeURIComponent(value);
  } catch {
    throw unusable(kind, 'a string that is not valid Unicode');
  }
}

function unusable(kind: Kind, value: string): Error {
  const text = `The id of a ${kind} is ${value === '' ? 'empty' : `unusable ("${value}")`}; nothing was sent to CleverReach.`;
  return kind === 'receiver' ? new RecordError(text) : new ConfigurationError(text);
}
