/** Checks of a step that need no account: its fields, its mapping and its snapshot. */

import { retiredFields } from '../../lib/config/retiredFields';
import { selectMapping } from '../../lib/mapping/selectMapping';
import { ALL_GROUPS } from '../../lib/polling/state/knownGroups';
import { parseSnapshot, SNAPSHOT_ROOM } from '../../lib/polling/state/snapshot';
import { shownId } from '../../lib/utils/ids';
import { unknownFieldsOf } from '../lib/flowCheck';
import type { FlowStep } from '../lib/flowFile';
import { ACTION, cfgOf, groupOf, pollingFields, shapeOf, upsertFields, type ExaminedStep } from './step';
import { ok, problem, warning, type Verdict } from './verdict';

/** @throws ConfigurationError for an invalid value */
export function checkFields(step: FlowStep): Verdict {
  const unknown = unknownFieldsOf(step);
  const misspelt = unknown.filter(({ meant }) => meant !== undefined);
  if (misspelt.length > 0)
    return problem(
      `Unknown ${fieldsNamed(misspelt)}.`,
      `Did you mean ${misspelt.map(({ meant }) => `"${meant ?? ''}"`).join(', ')}?`,
    );
  const { nodeSettings } = step.function === ACTION ? upsertFields(step) : pollingFields(step);
  const retired = step.function === ACTION ? [] : retiredFields(cfgOf(step));
  const warnings: [found: string, remedy: string][] = [];
  if (unknown.length > 0)
    warnings.push([`Unknown ${fieldsNamed(unknown)}, without effect.`, 'Remove or correct these fields of the step.']);
  if (retired.length > 0) warnings.push([retired.join(' '), 'Remove the field from the step.']);
  if (step.function !== ACTION && nodeSettings.autoSaveSnapshots)
    warnings.push([
      '"nodeSettings.autoSaveSnapshots" is on, so OIH stores every message as a snapshot in addition to the real one.',
      'Switch it off for this step.',
    ]);
  if (warnings.length > 0)
    return warning(warnings.map(([found]) => found).join(' '), warnings.map(([, remedy]) => remedy).join(' '));
  return ok('All fields are valid.');
}

const fieldsNamed = (fields: readonly { given: string }[]): string =>
  `${fields.length === 1 ? 'field' : 'fields'} ${fields.map(({ given }) => `"${given}"`).join(', ')}`;

/** @throws ConfigurationError if the custom mapping cannot be parsed */
export function checkMapping(step: FlowStep): Verdict {
  const fields = shapeOf(step);
  selectMapping(fields, step.function === ACTION ? 'person-to-receiver' : 'receiver-to-person');
  if (fields.skipTransformation)
    return fields.customMapping === undefined
      ? ok('No mapping: "skipTransformation" is set.')
      : warning('"customMapping" has no effect, because "skipTransformation" is set.', 'Remove one of the two fields.');
  return ok(fields.customMapping === undefined ? 'The default mapping.' : 'The custom mapping can be parsed.');
}

/**
 * @param stored of the step; undefined if the file does not exist yet
 * @throws ConfigurationError if it cannot be read
 */
export async function checkSnapshot(
  { step, platform, directory }: ExaminedStep,
  stored: object | undefined,
): Promise<Verdict> {
  const state = parseSnapshot(stored);
  if (state === undefined) return ok('Empty: the first poll is a full read.');
  const bytes = Buffer.byteLength(JSON.stringify(stored));
  const rooms = Object.entries(SNAPSHOT_ROOM).map(([name, room]) => `${name} ${room.bytes}`);
  const size = `${bytes} bytes; room on each platform: ${rooms.join(', ')}`;
  const scope = step.function === 'getReceiversPolling' ? ALL_GROUPS : (await groupOf(step, directory))?.id;
  if (state.scope !== undefined && scope !== undefined && state.scope !== scope)
    return warning(
      `${size}. It belongs to ${state.scope === ALL_GROUPS ? 'all groups' : `group ${shownId(state.scope)}`}.`,
      'The step reads its group from the beginning and sends every receiver. Select the earlier group to continue.',
    );
  if (bytes > SNAPSHOT_ROOM[platform].bytes)
    return warning(`${size}.`, `It is larger than ${platform} can store: do not copy a snapshot between platforms.`);
  return ok(`${size}.`);
}
