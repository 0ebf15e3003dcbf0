/** The profile of an account: a file without personal data that a bug report can hold and the sandbox can read. */

import { version as componentVersion } from '../../package.json';
import { PROFILE_KIND, PROFILE_VERSION } from '../../sandbox/profile';
import { questions } from './catalogue';
import type { Findings } from './findings';

/**
 * Holds the words and numbers of the probe only: no ids, names, addresses or values of the account.
 * @param date of the day, as YYYY-MM-DD
 */
export function profileText(findings: Findings, writes: boolean, date: string): string {
  const answers: Record<string, string> = {};
  const notAsked: Record<string, string> = {};
  for (const question of questions) {
    const finding = findings.get(question);
    if (finding === undefined) continue;
    if ('answer' in finding) answers[question] = finding.answer;
    else notAsked[question] = finding.notAsked;
  }
  const head = {
    kind: PROFILE_KIND,
    version: PROFILE_VERSION,
    componentVersion,
    date,
    mode: writes ? 'write' : 'read',
  };
  return `${JSON.stringify({ ...head, switches: findings.positions(), answers, notAsked }, undefined, 2)}\n`;
}
