/** Compares names by how they look, not by their bytes. */

import { composed, withoutInvisible } from '../utils/unicode';

const BLANKS = /[\s\p{Z}\p{Cc}\u2800]+/gu;

/** Equal for all names that look the same: ignores case, kinds and numbers of blanks, and invisible characters. */
export function comparableName(name: string): string {
  return composed(withoutInvisible(name).replace(BLANKS, ' ').trim().toUpperCase().toLowerCase());
}
