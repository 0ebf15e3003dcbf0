/** The settings of the action, read once from the fields of its step. */

import type { UpsertFields } from '../config/stepConfig';

type Given = Partial<Pick<UpsertFields, 'groupId' | 'groupName' | 'doiFormId'>>;

export interface WriteSettings extends Given, Pick<UpsertFields, 'newReceivers' | 'deletes' | 'dryRun'> {
  /** The name under which the hub knows this component's account. */
  applicationUid?: string | undefined;
  /** Whether the hub links ids, that is, puts our own id into the metadata where it knows one. */
  idLinking: boolean;
  /** Whether the default person→receiver mapping made the record. */
  defaultMapping: boolean;
}

export function writeSettings({
  skipTransformation,
  customMapping,
  nodeSettings,
  ...fields
}: UpsertFields): WriteSettings {
  const { applicationUid, idLinking } = nodeSettings;
  return { ...fields, applicationUid, idLinking, defaultMapping: !skipTransformation && customMapping === undefined };
}
