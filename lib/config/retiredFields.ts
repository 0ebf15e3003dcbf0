/** Fields of earlier versions. A flow that still has one keeps working, and the log says what replaces it. */

import { isObject } from '../utils/objects';

const RETIRED: Readonly<Record<string, string>> = {
  changeDetection: 'every change of content and every deletion is detected now; see "fullReadMinutes" for how soon',
  emitConcurrency: 'several messages are sent at once now, and messages about the same receiver stay in order',
};

/** One warning for each retired field that is set. */
export function retiredFields(cfg: unknown): string[] {
  const names = isObject(cfg) ? Object.keys(RETIRED).filter((name) => Object.hasOwn(cfg, name)) : [];
  return names.map(
    (name) => `The field "${name}" has no effect any more: ${RETIRED[name] ?? ''}. Remove it from the step.`,
  );
}

/** Whether a trigger of an earlier version had the field. */
export const isRetiredField = (name: string): boolean => Object.hasOwn(RETIRED, name);
