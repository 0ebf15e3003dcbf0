/**
 * Validates a stored snapshot. Platforms may hold any value, even a very large one: each value is visited once, and the
 * first invalid value, or one longer than the component ever writes, ends the validation.
 */

import { z } from 'zod';
import { inSeconds, LAST_SECOND } from '../../utils/clock';
import { messageOf } from '../../utils/errors';
import { isObject } from '../../utils/objects';
import { ENTRY_LIMIT, Fingerprints } from './fingerprints';
import { KnownGroups } from './knownGroups';
import { MemberFilter } from './memberFilter';
import { emptyRetry, emptySeen, type PackedNotes } from './boundedNotes';

/** Much more than any id takes in a snapshot, where a character may become nine. */
const MAX_NAME_LENGTH = 1_000;
/** Rows of a group; a place beyond it would ask for pages that no API has. */
const MAX_OFFSET = 1_000_000_000;
const MAX_DIGEST_LENGTH = 40;
const MAX_ANCHORS = 10;
/** The ids of the groups take some 600 characters, or a single one more where it is longer itself. */
const MAX_GROUPS_LENGTH = 10_000;
/**
 * Characters of `seen`, and of `retry`, with the ids of the groups. The component writes less than 4 KB. A
 * longer one is refused, not cut: receivers that wait in `retry` would be lost without a word.
 */
const MAX_NOTES_LENGTH = 64 * 1024;

/** Characters of the filter `unlisted`. */
const MAX_FILTER_LENGTH = 64 * 1024;

const whole = z.number().int().nonnegative();
const seconds = whole.max(LAST_SECOND);
const name = z.string().min(1).max(MAX_NAME_LENGTH);

const isName = (text: string): boolean => text !== '' && text.length <= MAX_NAME_LENGTH;

/** Ends at the first member that is wrong, or too many. */
function packedNotesIn(value: unknown): PackedNotes {
  if (!isObject(value)) throw new Error('it is not an object');
  let length = 0;
  for (const groupId in value) {
    const notes = value[groupId];
    if (!isName(groupId)) throw new Error('it has a name that is not an id');
    if (typeof notes !== 'string') throw new Error('it has a member that is not a string');
    length += groupId.length + notes.length;
    if (length > MAX_NOTES_LENGTH) throw new Error(`it has more than ${MAX_NOTES_LENGTH} characters`);
  }
  return value as PackedNotes;
}

/** Fingerprints under ids that are no numbers; there may be as many as receivers. */
function spelledOutIn(value: unknown): Record<string, number> {
  if (!isObject(value)) throw new Error('"other" is not an object');
  for (const id in value) {
    const entry = value[id];
    const isEntry = typeof entry === 'number' && Number.isInteger(entry) && entry >= 0 && entry < ENTRY_LIMIT;
    if (!isEntry || !isName(id)) throw new Error('"other" has a member that is not a fingerprint');
  }
  return value as Record<string, number>;
}

/** What `read` makes of a value; what it throws is a problem of the value. */
const readBy =
  <Packed, Read>(read: (packed: Packed) => Read) =>
  (packed: Packed, context: z.RefinementCtx): Read => {
    try {
      return read(packed);
    } catch (error) {
      context.addIssue(messageOf(error));
      return z.NEVER;
    }
  };

const packedNotes = z.unknown().default({}).transform(readBy(packedNotesIn));

/**
 * Not a record of zod, which lists all that is wrong of all members and takes seconds for a large one: members are read one after
 * the other, and the first that is wrong ends it.
 */
const fingerprints = z.unknown().transform((value, context): Map<string, Fingerprints> => {
  const known = new Map<string, Fingerprints>();
  const refuse = (message: string, path: string[] = []): typeof z.NEVER => {
    context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  };
  if (!isObject(value)) return refuse('it is not an object');
  for (const groupId in value) {
    if (!isName(groupId)) return refuse('it has a name that is not an id');
    const group = fingerprintsOfGroup.safeParse(value[groupId]);
    if (!group.success) return refuse(messageIn(group.error), [groupId]);
    known.set(groupId, group.data);
  }
  return known;
});
const fingerprintsOfGroup = z
  .object({ numeric: z.base64(), other: z.unknown().transform(readBy(spelledOutIn)).optional() })
  .transform(readBy(({ numeric, other }) => Fingerprints.unpack({ numeric, ...(other && { other }) })));

/** As the component writes it. */
export const ownShape = z.object({
  version: z.literal(1),
  lastUpdated: seconds,
  scope: name,
  seen: packedNotes.transform(readBy((packed) => emptySeen().with(packed))),
  retry: packedNotes.transform(readBy((packed) => emptyRetry().with(packed))),
  unlisted: z
    .base64()
    .max(MAX_FILTER_LENGTH)
    .transform(readBy((packed) => MemberFilter.unpack(packed)))
    .optional(),
  clockOffset: z.number().int().optional(),
  lead: whole.optional(),
  sent: z.string().max(MAX_DIGEST_LENGTH).optional(),
  groups: z
    .string()
    .max(MAX_GROUPS_LENGTH)
    .transform(readBy((packed) => KnownGroups.unpack(packed)))
    .optional(),
  fingerprints: fingerprints.optional(),
  sweep: z
    .object({
      startedAt: seconds,
      newest: seconds,
      heldBelow: seconds.optional(),
      content: z.enum(['compare', 'adopt']).optional(),
      at: z
        .object({
          groupId: name,
          offset: whole.max(MAX_OFFSET),
          // counted first: each member that is wrong would be listed
          anchors: z.array(z.unknown()).max(MAX_ANCHORS).pipe(z.array(name)),
        })
        .optional(),
    })
    .optional(),
});

/** What the earlier connector left. */
export const earlierShape = z.object({
  version: z.undefined().optional(),
  lastUpdated: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\s*\d+\s*$/)
        .transform(Number),
      z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    ])
    .pipe(z.number().nonnegative())
    .transform(inSeconds)
    .pipe(seconds),
});

function messageIn(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'unknown shape';
}
