/** Compares names by how they look, not by their bytes. */

import { composed } from '../utils/unicode';

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const BLANKS = /[\s\p{Z}\p{Cc}\u2800]+/gu;

/** The same for all names that look alike: without regard to case, kinds and numbers of blanks, and what cannot be seen. */
export function comparableName(name: string): string {
  return composed(name.replace(INVISIBLE, '').replace(BLANKS, ' ').trim().toUpperCase().toLowerCase());
}
