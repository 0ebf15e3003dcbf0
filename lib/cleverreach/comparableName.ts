/** Compares names by how they look, not by their bytes. */

import { composed, withoutInvisible } from '../utils/unicode';

const BLANKS = /[\s\p{Z}\p{Cc}\u2800]+/gu;

/** The same for all names that look alike: without regard to case, kinds and numbers of blanks, and what cannot be seen. */
export function comparableName(name: string): string {
  return composed(withoutInvisible(name).replace(BLANKS, ' ').trim().toUpperCase().toLowerCase());
}
