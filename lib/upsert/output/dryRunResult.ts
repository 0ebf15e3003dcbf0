/** What a dry run answers in place of a receiver. */

export interface DryRunResult {
  dryRun: true;
  /** `nothing` leaves a receiver as it is, `skip` somebody out who is not there, `deny` a deletion, `refuse` a record with an error. */
  wouldDo: 'create' | 'update' | 'changeAddress' | 'nothing' | 'skip' | 'delete' | 'deny' | 'refuse';
  /** The group that would be written to; missing where none was found, or where a deletion is from all groups. */
  group?: { id: string; name?: string };
  /** Who is meant. Somebody who would be created has no id. */
  receiver?: { id?: string; email?: string };
  /** The state in which a receiver would be created. */
  state?: 'active' | 'unconfirmed';
  /** The form whose double-opt-in mail would be sent. */
  doiFormId?: string;
  changes?: Changes;
  /** Why it is so, and what is left as it is: sentences. */
  reasons: string[];
}

export interface Changes {
  email?: Change;
  attributes?: Record<string, Change>;
  global_attributes?: Record<string, Change>;
  tags?: { add: string[]; remove: string[] };
}

/** `from` is missing where nothing is stored yet: of a receiver that is new to the account, or the attributes of a group that it is new to. */
export interface Change {
  from?: string;
  to: string;
}
