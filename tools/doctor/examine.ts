/** Runs all checks of a flow. A check that fails never stops the others. */

import { openAccount } from '../../lib/account';
import { loggerOf } from '../../lib/platform/step';
import type { Logger } from '../../lib/utils/logger';
import { functionMeant, isKnownFunction, stepsFrom } from '../lib/flowCheck';
import type { Flow, FlowStep } from '../lib/flowFile';
import { checkCredentials, checkFilter, checkForm, checkGroup, checkReceivers } from './account';
import { checkAttributes } from './attributes';
import { checkFields, checkMapping, checkSnapshot } from './configuration';
import { ACTION, examined, type ExaminedStep } from './step';
import { failed, problem, skipped, warning, type Verdict } from './verdict';

export interface Row extends Verdict {
  /** The id of the step; empty for a check of the whole flow. */
  step: string;
  check: string;
}

export interface Examination {
  flow: Flow;
  credentials: Record<string, unknown>;
  /** What to do if CleverReach does not accept the credentials. */
  advice: string;
  /** The snapshot of the first step; undefined if none is given or stored. */
  snapshot: object | undefined;
  /** Only this step, by its id; all if undefined. */
  only: string | undefined;
  logger: Logger;
}

/** How long one request may take, retries included. */
const BUDGET_SECONDS = 30;

interface Check {
  name: string;
  run: () => Verdict | Promise<Verdict>;
  /** What to do about an error of the step or the account. */
  remedy: string;
  /** Checks of the same step. If one of them has found a problem, this check is skipped. */
  needs?: readonly string[];
  /** Whether the check sends requests to CleverReach. */
  asks?: boolean;
}

/** @returns one row for each check of each step */
export async function examine(examination: Examination): Promise<Row[]> {
  const { flow, credentials, advice, snapshot, only, logger } = examination;
  const context = { emit: () => Promise.resolve(), logger };
  const steps = [...new Set(stepsFrom(flow.first))].filter(({ id }) => only === undefined || id === only);
  let account: ReturnType<typeof openAccount>;
  try {
    account = openAccount(
      { context, cfg: credentials },
      { logger: loggerOf({ context, cfg: credentials }), budgetSeconds: BUDGET_SECONDS },
    );
  } catch (error) {
    return [{ step: '', check: 'credentials', ...failed(error, advice) }];
  }
  const rows = await rowsOf('', [
    { name: 'credentials', run: () => checkCredentials({ api: account.readOnlyApi }, advice), remedy: advice },
  ]);
  for (const step of steps) {
    const one = examined(step, stepsBefore(step, flow), flow.platform, account);
    const isFirst = step === flow.first && snapshot !== undefined;
    rows.push(...(await rowsOf(step.id, checksOf(one, isFirst ? snapshot : undefined), rows)));
  }
  return rows;
}

const stepsBefore = (step: FlowStep, { first }: Flow): FlowStep[] =>
  [...new Set(stepsFrom(first))].filter(({ next }) => next.some(({ target }) => target === step));

function checksOf(one: ExaminedStep, snapshot: object | undefined): Check[] {
  const { step } = one;
  const { invalidIds = [] } = step;
  const ids: Check[] = invalidIds.length === 0 ? [] : [{ name: 'ids', run: () => wrongIds(invalidIds), remedy: '' }];
  if (!isKnownFunction(step.function))
    return [...ids, { name: 'function', run: () => unknownFunction(step), remedy: '' }];
  const common: Check[] = [
    ...ids,
    { name: 'fields', run: () => checkFields(step), remedy: 'Correct the field of the step.' },
    { name: 'mapping', run: () => checkMapping(step), remedy: 'Correct "customMapping"; "npm run map" tries it.' },
    {
      name: 'group',
      run: () => checkGroup(one),
      remedy: 'Correct "groupId" or "groupName", or create the group.',
      asks: true,
    },
    {
      name: 'receivers',
      run: () => checkReceivers(one),
      remedy: 'Check the group in CleverReach.',
      needs: ['group'],
      asks: true,
    },
  ];
  const remedy = 'Check the app and the account in CleverReach.';
  if (step.function === ACTION)
    return [
      ...common,
      { name: 'attributes', run: () => checkAttributes(one), remedy, needs: ['group', 'mapping'], asks: true },
      { name: 'double opt-in', run: () => checkForm(one), remedy, needs: ['fields', 'group'], asks: true },
    ];
  const reset = 'Reset the snapshot as the message says.';
  const stored: Check = { name: 'snapshot', run: () => checkSnapshot(one, snapshot), remedy: reset, needs: ['group'] };
  return [
    ...common,
    { name: 'filter', run: () => checkFilter(one), remedy, needs: ['fields', 'group'], asks: true },
    ...(snapshot === undefined ? [] : [stored]),
  ];
}

function wrongIds(names: readonly string[]): Verdict {
  const found = names.map((name) => `"${name}"`).join(' and ');
  return warning(
    `${found}: not an id of OIH, which has 24 hexadecimal digits.`,
    'Replace it before you post the flow; "npm run flow" needs no id.',
  );
}

/** A step of another component cannot be checked, but the name of a function may be misspelt. */
function unknownFunction({ function: given }: FlowStep): Verdict {
  const meant = functionMeant(given);
  if (meant !== undefined) return problem('The component has no such function.', `Did you mean "${meant}"?`);
  return { severity: 'skipped', found: 'Not checked: not a step of this component.' };
}

/** @param earlier the rows of the flow and of earlier steps, so that a problem of the account is shown only once */
async function rowsOf(step: string, checks: readonly Check[], earlier: readonly Row[] = []): Promise<Row[]> {
  const rows: Row[] = [];
  const hasProblem = (name: string): boolean =>
    rows.some(({ check, severity }) => check === name && (severity === 'problem' || severity === 'skipped'));
  for (const { name, run, remedy, needs = [], asks = false } of checks) {
    const shown = [...earlier, ...rows];
    const missing = needs.find(hasProblem);
    const stopper = asks ? shown.find(({ scope }) => scope === 'all') : undefined;
    if (stopper) rows.push({ step, check: name, ...referring(stopper, step) });
    else if (missing !== undefined) rows.push({ step, check: name, ...skipped(missing) });
    else {
      const verdict = await Promise.resolve()
        .then(run)
        .catch((error: unknown) => failed(error, remedy));
      const same = shown.find((row) => isSameProblem(row, verdict));
      rows.push({ step, check: name, ...(same ? referring(same, step) : verdict) });
    }
  }
  return rows;
}

const referring = ({ check, step: of }: Row, step: string): Verdict =>
  of === '' || of === step ? skipped(check) : skipped(check, of);

/** The number of attempts differs from one request to the next. */
function isSameProblem(one: Verdict, other: Verdict): boolean {
  const withoutAttempts = ({ found }: Verdict): string => found.replace(/\(tried [^)]*\)/, '');
  return one.scope !== undefined && other.scope !== undefined && withoutAttempts(one) === withoutAttempts(other);
}
