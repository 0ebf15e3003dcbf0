/** A step of a flow with what the checks share: its fields, its account and its group. */

import type { Account } from '../../lib/account';
import type { AccountDirectory } from '../../lib/cleverreach/accountCache';
import { groupById, groupByName } from '../../lib/cleverreach/groups';
import type { CleverReachApi, Group } from '../../lib/cleverreach/types';
import {
  parseGroupPollingFields,
  parsePollingFields,
  parseShapeFields,
  parseUpsertFields,
  type PollingFields,
  type ShapeFields,
  type UpsertFields,
} from '../../lib/config/stepConfig';
import type { Flow, FlowStep } from '../lib/flowFile';

export const TRIGGERS = ['getReceiversPolling', 'getReceiversByGroupIdPolling'];
export const ACTION = 'upsertReceiver';

export interface ExaminedStep {
  step: FlowStep;
  /** The steps whose messages it receives. */
  before: readonly FlowStep[];
  platform: Flow['platform'];
  /** Rejects every request that would change something. */
  api: CleverReachApi;
  directory: AccountDirectory;
}

/** The fields with the settings of the node, as a platform passes them to the step. */
export const cfgOf = ({ fields, nodeSettings }: FlowStep): Record<string, unknown> => ({ ...fields, nodeSettings });

/** @throws ConfigurationError */
export const pollingFields = (step: FlowStep): PollingFields =>
  step.function === 'getReceiversPolling' ? parsePollingFields(cfgOf(step)) : parseGroupPollingFields(cfgOf(step));

/** @throws ConfigurationError */
export const upsertFields = (step: FlowStep): UpsertFields => parseUpsertFields(cfgOf(step));

/** The fields that say which group and mapping a step uses. @throws ConfigurationError */
export const shapeOf = (step: FlowStep): ShapeFields => parseShapeFields(cfgOf(step));

/**
 * The group of a step; undefined if it reads all groups or the categories of a record select the group.
 * @throws the typed error that lists the groups
 */
export async function groupOf(step: FlowStep, directory: AccountDirectory): Promise<Group | undefined> {
  const { groupId, groupName } = shapeOf(step);
  if (step.function === 'getReceiversPolling') return undefined;
  if (groupId !== undefined) return groupById(await directory.groups(), groupId);
  return groupName === undefined ? undefined : groupByName(await directory.groups(), groupName);
}

export function examined(
  step: FlowStep,
  before: readonly FlowStep[],
  platform: Flow['platform'],
  { readOnlyApi, cache }: Pick<Account, 'readOnlyApi' | 'cache'>,
): ExaminedStep {
  return { step, before, platform, api: readOnlyApi, directory: cache.directory(readOnlyApi) };
}
