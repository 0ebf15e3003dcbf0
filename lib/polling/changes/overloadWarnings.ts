/** The warnings for more differences than a sketch can identify. */

export const OVERLOAD_WARNINGS: Readonly<Record<'history' | 'all', string>> = {
  history:
    'More receivers have changed since the last full read than the snapshot can identify. To find them, all receivers are read again ' +
    'with their history. Deletions since the last full read may not be reported.',
  all: 'The history does not explain why so many receivers have changed. To lose no change, every receiver is sent again.',
};

export const RESTART_WARNING =
  'More receivers were read before the run was interrupted than the snapshot can identify, and the position where it stopped cannot be found. ' +
  'All receivers are read again. The deletion of a receiver that was read before the interruption may not be reported.';
