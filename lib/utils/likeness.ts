/** Names as people see them are compared, not their bytes. */

import { composed } from './unicode';

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const BLANKS = /[\s\p{Z}\p{Cc}\u2800]+/gu;

/** The same for all names that look alike: without regard to case, kinds and numbers of blanks, and what cannot be seen. */
export function likeness(name: string): string {
  return composed(name.replace(INVISIBLE, '').replace(BLANKS, ' ').trim().toUpperCase().toLowerCase());
}
