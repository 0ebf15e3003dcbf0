/** What a step of the action is set to, read once from its fields. */

export interface WriteSettings {
  groupId?: string;
  groupName?: string;
  /** What becomes of somebody who is not in the group yet. */
  newReceivers: 'active' | 'unconfirmed' | 'skip';
  /** The form whose double-opt-in mail is sent to those who are created unconfirmed. */
  doiFormId?: string;
  /** Whether a request to delete is carried out. */
  deletes: boolean;
  /** Whether it is only to be said what would be done. */
  dryRun: boolean;
  /** The name under which the hub knows this component's account. */
  ownApplicationUid?: string;
  /** Whether the hub links ids, that is, puts our own id into the metadata where it knows one. */
  idLinking: boolean;
  /** Whether the default person→receiver mapping made the record. */
  defaultMapping: boolean;
}
