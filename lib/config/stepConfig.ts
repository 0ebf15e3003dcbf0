/**
 * The configuration of a step: the fields of the two triggers and of the action, validated before any request is sent.
 * A wrong value is a ConfigurationError that names the field and the expected value; so is a misspelled field name. All
 * other properties are dropped, because credentials are stored next to the fields and the rest of the component must not
 * see them.
 */

import { z } from 'zod';
import { MAXIMUM_PAGE_SIZE } from '../cleverreach/types';
import { ConfigurationError } from '../utils/errors';
import { isObject } from '../utils/objects';
import { holdsValue } from '../utils/text';
import { changeTypes } from './changeTypes';
import { withDeletions } from './retiredFields';
import { date, flag, id, oneOf, shownValue, text, visible, wholeNumber } from './fieldTypes';
import { findUnknownField, isGroupField } from './unknownFields';

/** Default for the maximum number of receivers per request; heavy pages are made smaller. */
const DEFAULT_PAGE_SIZE = 2_000;
/**
 * RabbitMQ redelivers an unacknowledged message after 30 minutes. The default ends a run well before that, with time for
 * the last page.
 */
const DEFAULT_RUN_MINUTES = 15;
const MAXIMUM_RUN_MINUTES = 25;
/** Default for the maximum age of the last full read. */
const DEFAULT_FULL_READ_MINUTES = 60;
const MAXIMUM_FULL_READ_MINUTES = 10_080;

/** Properties that OIH stores next to the fields of a step. */
const nodeSettings = z
  .object({
    applicationUid: text,
    idLinking: flag,
    // an invalid flag must not make the other settings unusable
    governance: flag.catch(true),
    storeRawRecord: flag,
    autoSaveSnapshots: flag,
    devMode: flag,
  })
  .partial()
  .optional()
  .catch(undefined)
  .transform((settings) => ({
    applicationUid: settings?.applicationUid,
    idLinking: settings?.idLinking ?? false,
    governance: settings?.governance ?? false,
    storeRawRecord: settings?.storeRawRecord ?? false,
    autoSaveSnapshots: settings?.autoSaveSnapshots ?? false,
    devMode: settings?.devMode ?? false,
  }));

const common = { skipTransformation: flag, customMapping: text, devMode: flag, nodeSettings };

const emitBehavior = oneOf(['emitIndividually', 'fetchPage'], 'emitIndividually');

const onError = oneOf(['fail', 'emit'], 'fail');

const polling = {
  ...common,
  startTime: date,
  pageSize: wholeNumber(1, MAXIMUM_PAGE_SIZE, DEFAULT_PAGE_SIZE),
  maxRunMinutes: wholeNumber(1, MAXIMUM_RUN_MINUTES, DEFAULT_RUN_MINUTES),
  fullReadMinutes: wholeNumber(0, MAXIMUM_FULL_READ_MINUTES, DEFAULT_FULL_READ_MINUTES),
  changeTypes,
  /** Retired, see retiredFields.ts. */
  emitDeletions: flag,
  tag: visible(text),
  emitBehavior,
};

const hasIdsToLink = (fields: { emitBehavior: string; nodeSettings: { idLinking: boolean } }): boolean =>
  fields.emitBehavior !== 'fetchPage' || !fields.nodeSettings.idLinking;
const needsSingles = {
  message: 'cannot be "fetchPage" while nodeSettings.idLinking is on, since OIH links the id of one record per message',
  path: ['emitBehavior'],
};

const allGroups = z.object(polling).refine(hasIdsToLink, needsSingles);
const oneGroup = z
  .object({ ...polling, groupId: id, groupName: text })
  .refine(hasIdsToLink, needsSingles)
  .refine((fields) => fields.groupId !== undefined || fields.groupName !== undefined, {
    message: 'is missing: give the id of a group here, or its name as "groupName"',
    path: ['groupId'],
  });
const upsert = z
  .object({
    ...common,
    groupId: visible(id),
    groupName: visible(text),
    newReceivers: oneOf(['active', 'unconfirmed', 'skip'], 'active'),
    doiFormId: id.transform((value) => value?.toLowerCase()),
    optOuts: flag,
    deletes: flag,
    dryRun: flag,
    onError,
  })
  .refine(
    ({ onError: chosen, nodeSettings: { idLinking, governance } }) => chosen === 'fail' || !(idLinking || governance),
    {
      message:
        'cannot be "emit" while nodeSettings.idLinking or nodeSettings.governance is on, since OIH would record the rejected record as written',
      path: ['onError'],
    },
  )
  .refine((fields) => fields.doiFormId === undefined || fields.newReceivers === 'unconfirmed', {
    message: 'sends the double-opt-in mail and therefore needs "newReceivers" to be "unconfirmed"',
    path: ['doiFormId'],
  });

/**
 * The fields that decide the shape of messages. The other fields may still be empty or wrong while the user fills in
 * the form.
 */
const shape = z.object({
  skipTransformation: flag,
  customMapping: text,
  changeTypes: changeTypes.catch([]),
  emitDeletions: flag.catch(false),
  emitBehavior: emitBehavior.catch('emitIndividually'),
  deletes: flag,
  dryRun: flag,
  onError: onError.catch('fail'),
  groupId: id,
  groupName: text,
});

export type PollingFields = Omit<z.output<typeof allGroups>, 'emitDeletions'>;
export type GroupPollingFields = Omit<z.output<typeof oneGroup>, 'emitDeletions'>;
export type UpsertFields = z.output<typeof upsert>;
export type ShapeFields = Omit<z.output<typeof shape>, 'emitDeletions'>;

/**
 * The fields of `getReceiversPolling`. A field for a group would be ignored, and the receivers of all other groups
 * would be sent too.
 */
export const parsePollingFields = (cfg: unknown): PollingFields => {
  const fields = withDeletions(parseStep(allGroups, cfg));
  const group = isObject(cfg) ? Object.keys(cfg).find((name) => isGroupField(name) && isGiven(cfg[name])) : undefined;
  if (group === undefined) return fields;
  throw new ConfigurationError(
    `Invalid configuration: field "${group}" is not used, because getReceiversPolling sends the receivers of all groups. ` +
      'For one group, use getReceiversByGroupIdPolling; otherwise remove the field.',
  );
};

/** The fields of `getReceiversByGroupIdPolling`. */
export const parseGroupPollingFields = (cfg: unknown): GroupPollingFields => withDeletions(parseStep(oneGroup, cfg));

/** The fields of `upsertReceiver`. */
export const parseUpsertFields = (cfg: unknown): UpsertFields => parseStep(upsert, cfg);

const devMode = z.object({ devMode: flag.catch(false), nodeSettings });

/**
 * Whether the log includes details: a field of the step, or an OIH setting of the node that other components use too.
 */
export function isDevMode(cfg: unknown): boolean {
  const { data } = devMode.safeParse(cfg);
  return data !== undefined && (data.devMode || data.nodeSettings.devMode);
}

/** The fields of any step that decide the shape of its messages. */
export const parseShapeFields = (cfg: unknown): ShapeFields => withDeletions(parse(shape, cfg));

/** Not deep: what other properties hold may be of any depth. */
function isGiven(value: unknown): boolean {
  return isObject(value) || Array.isArray(value) ? Object.keys(value).length > 0 : holdsValue(value);
}

function parseStep<T extends z.ZodObject>(schema: T, cfg: unknown): z.output<T> {
  const misspelt = isObject(cfg) ? findUnknownField(Object.keys(cfg), Object.keys(schema.shape)) : undefined;
  if (!misspelt) return parse(schema, cfg);
  const { given, meant } = misspelt;
  throw new ConfigurationError(`Invalid configuration: unknown field "${given}". Did you mean "${meant}"?`);
}

function parse<T extends z.ZodType>(schema: T, cfg: unknown): z.output<T> {
  const result = schema.safeParse(cfg ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: [name], message }) => {
    if (name === undefined) return 'the fields of the step must be an object';
    // only messages of the form "must ..." are followed by the given value
    const given = isObject(cfg) && message.startsWith('must') ? `, not ${shownValue(cfg[String(name)])}` : '';
    return `field "${String(name)}" ${message}${given}`;
  });
  throw new ConfigurationError(`Invalid configuration: ${problems.join('; ')}.`);
}
