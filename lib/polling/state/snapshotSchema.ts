/**
 * Validates a stored snapshot. Platforms may hold any value, even a very large one: each value is visited once, and the
 * first invalid value, or one longer than the component ever writes, ends the validation.
 */

import { z } from 'zod';
import { inSeconds, LAST_SECOND } from '../../utils/clock';
import { messageOf } from '../../utils/errors';
import { isObject } from '../../utils/objects';
import { Sketch } from '../sketch/sketch';
import { emptyRetry, emptySeen, type PackedNotes } from './boundedNotes';
import { KnownGroups } from './knownGroups';
import { BloomFilter } from './bloomFilter';

/** Far more characters than any id takes in a snapshot, in which one character may become nine. */
const MAX_NAME_LENGTH = 1_000;
/** Rows of a group; a larger position would request pages that no API has. */
const MAX_OFFSET = 1_000_000_000;
const MAX_ANCHORS = 10;
/** The ids of the groups take about 600 characters, or more if a single id is longer. */
const MAX_GROUPS_LENGTH = 10_000;
/**
 * Characters of `seen`, and of `retry`, with the ids of the groups. The component writes less than 10 KB. A longer one
 * is refused, not cut: receivers that wait in `retry` would be lost silently.
 */
const MAX_NOTES_LENGTH = 64 * 1024;
/** Characters of the filter `unlisted`. */
const MAX_FILTER_LENGTH = 64 * 1024;
/** Characters of a sketch. */
const MAX_SKETCH_LENGTH = 4_000_000;

/** A member may have any name; an error repeats only this many characters of it. */
const SHOWN_CHARACTERS = 100;

const whole = z.number().int().nonnegative();
const seconds = whole.max(LAST_SECOND);
const name = z.string().min(1).max(MAX_NAME_LENGTH);

const isName = (text: string): boolean => text !== '' && text.length <= MAX_NAME_LENGTH;

/** Stops at the first member that is invalid, or that is one too many. */
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

/** Parses a value with `read`; an error that it throws is a problem of the value. */
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

const sketch = z
  .string()
  .max(MAX_SKETCH_LENGTH)
  .transform(readBy((packed) => Sketch.unpack(packed)));

const position = z.object({
  groupId: name,
  offset: whole.max(MAX_OFFSET),
  // checked first: otherwise, each invalid member would be listed
  anchors: z.array(z.unknown()).max(MAX_ANCHORS).pipe(z.array(name)),
});

/** What versions 1 and 2 share. */
const common = {
  lastUpdated: seconds,
  scope: name,
  seen: packedNotes.transform(readBy((packed) => emptySeen().with(packed))),
  retry: packedNotes.transform(readBy((packed) => emptyRetry().with(packed))),
  unlisted: z
    .base64()
    .max(MAX_FILTER_LENGTH)
    .transform(readBy((packed) => BloomFilter.unpack(packed)))
    .optional(),
  groups: z
    .string()
    .max(MAX_GROUPS_LENGTH)
    .transform(readBy((packed) => KnownGroups.unpack(packed)))
    .optional(),
};

/** A snapshot as this version writes it. */
export const ownShape = z.object({
  version: z.literal(2).transform(() => undefined),
  ...common,
  sketch: sketch.optional(),
  full: z.object({ at: seconds, horizon: seconds, requests: whole, rows: whole }).optional(),
  filterOffUntil: whole.optional(),
  quickUntil: whole.optional(),
  untraced: z.literal(true).optional(),
  read: z
    .object({
      startedAt: seconds,
      horizon: seconds,
      basis: z.enum(['all', 'since', 'changes']),
      from: seconds,
      pass: z.enum(['first', 'hashed', 'history', 'all']),
      explained: whole,
      rows: whole,
      requests: whole,
      difference: sketch,
      total: sketch,
      larger: sketch.optional(),
      resolving: z.literal(true).optional(),
      at: position.optional(),
    })
    .refine(({ difference, total }) => difference.cells === total.cells, 'the two sketches differ in size')
    .optional(),
});

/**
 * As version 1 of the component wrote it. Its position and its fingerprints are dropped: the groups are read once with
 * their history, and what has changed since `lastUpdated` is emitted.
 */
export const versionOneShape = z.object({ version: z.literal(1).transform(() => undefined), ...common });

/** As the earlier connector wrote it. */
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

/** The first problem in words, which repeats little of the value. */
export function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'unknown shape';
  const where = issue.path.join('.').slice(0, SHOWN_CHARACTERS);
  return `"${where || 'snapshot'}": ${issue.message.slice(0, SHOWN_CHARACTERS)}`;
}
