/** The settings of the action, derived from the fields of its step. */

import type { UpsertFields } from '../config/stepConfig';

type Given = Partial<Pick<UpsertFields, 'groupId' | 'groupName' | 'doiFormId'>>;

export interface WriteSettings extends Given, Pick<UpsertFields, 'newReceivers' | 'optOuts' | 'deletes' | 'dryRun'> {
  /** The uid of this component’s application in the hub. */
  applicationUid?: string | undefined;
  /** Whether the hub links ids, that is, adds the CleverReach id to the metadata of known records. */
  idLinking: boolean;
  /** Whether the default person→receiver mapping produced the record. */
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
