import { readFileSync } from 'node:fs';
import { switchTable, type Switches } from './switches';

export const PROFILE_KIND = 'cleverreach-probe';
export const PROFILE_VERSION = 1;

/** A profile is invalid or cannot be read; the message names the file. */
class ProfileError extends Error {}

/**
 * The positions of the switches in a profile, as `npm run probe -- --out` writes it: those that the account was found in.
 * @throws ProfileError
 */
export function readProfile(file: string): Partial<Switches> {
  const wrong = (why: string): ProfileError => new ProfileError(`${file} is not a profile of "npm run probe": ${why}.`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong('it is not JSON');
    throw new ProfileError(`The profile ${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
  const { kind, version, switches } = isRecord(content) ? content : {};
  if (kind !== PROFILE_KIND) throw wrong(`its "kind" is not "${PROFILE_KIND}"`);
  if (version !== PROFILE_VERSION) throw wrong(`its "version" is not ${PROFILE_VERSION}; probe the account again`);
  if (!isRecord(switches)) throw wrong('it has no "switches"');
  for (const [name, value] of Object.entries(switches)) {
    const one = Object.hasOwn(switchTable, name) ? switchTable[name as keyof Switches] : undefined;
    if (!one) throw wrong(`the sandbox has no switch "${name}"`);
    const values: readonly unknown[] | undefined = one.values;
    const isValid = values === undefined ? Number.isInteger(value) && Number(value) >= 0 : values.includes(value);
    if (!isValid) throw wrong(`the value of "${name}" must be ${values?.join(', ') ?? 'a whole number from 0'}`);
  }
  return switches;
}

/**
 * The positions that replace the defaults in this process: those of the profile in `CLEVERREACH_PROFILE`, if there is one.
 * @throws ProfileError
 */
export function profileOf(env: NodeJS.ProcessEnv): Partial<Switches> {
  const file = env['CLEVERREACH_PROFILE']?.trim() ?? '';
  return file === '' ? {} : readProfile(file);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
