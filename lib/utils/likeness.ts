/** Compares names by how they look, not by their bytes. */

import { composed } from './unicode';

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const BLANKS = /[\s\p{Z}\p{Cc}\u2800]+/gu;

/**
 * The same key for all names that look alike: ignores case, the kind and number of blanks, and invisible characters.
 */
export function likeness(name: string): string {
  return composed(name.replace(INVISIBLE, '').replace(BLANKS, ' ').trim().toUpperCase().toLowerCase());
}
