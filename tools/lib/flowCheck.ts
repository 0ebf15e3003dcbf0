/** Checks the steps of a flow that are of this component, before anything runs. */

import component from '../../component.json';
import { isRetiredField } from '../../lib/config/retiredFields';
import { findUnknownField } from '../../lib/config/unknownFields';
import type { FlowStep } from './flowFile';
import { visible } from './terminal';

const STEPS: Readonly<Record<string, { fields: object }>> = { ...component.triggers, ...component.actions };

/** Properties in addition to the fields of the step: credentials in every form in which the platforms pass them, and the settings of OIH. */
const BESIDE = [
  ...['client_id', 'client_secret', 'clientId', 'clientSecret', 'username', 'passphrase', 'key', 'accessToken'],
  ...['oauth', '_account', 'secretId', 'payload', 'nodeSettings'],
];

/**
 * Steps of other components are accepted behind the first step, where they do not run.
 * @throws Error that names every misspelled function, every unknown field, and a first step of another component
 */
export function checkSteps(first: FlowStep): void {
  const problems = new Set(stepsFrom(first).flatMap((step) => problemsOf(step, step === first)));
  if (problems.size > 0) throw new Error([...problems].join('\n'));
}

function problemsOf(step: FlowStep, isFirst: boolean): string[] {
  const [id, named] = [visible(step.id), visible(step.function)];
  if (!isKnownFunction(step.function)) {
    const meant = functionMeant(step.function);
    if (meant === undefined && !isFirst) return [];
    const what = `Step "${id}" names an unknown function, "${named}". The functions are ${Object.keys(STEPS).join(', ')}.`;
    return [
      meant === undefined
        ? `${what} The first step of another component cannot run here: give the action your own messages with --input.`
        : `${what} Did you mean "${meant}"?`,
    ];
  }
  return unknownFieldsOf(step).map(({ given, meant }) => {
    const problem = `${id === named ? id : `${id} ${named}`}: Unknown field "${given}".`;
    return meant === undefined ? problem : `${problem} Did you mean "${meant}"?`;
  });
}

/** Whether the component has the function of a step. */
export const isKnownFunction = (name: string): boolean => Object.hasOwn(STEPS, name);

/** The function of the component that a name probably means; undefined for a function of another component. */
export const functionMeant = (name: string): string | undefined => findUnknownField([name], Object.keys(STEPS))?.meant;

/** The names, safe to show, that are no fields of a step of this component, with the field that each may mean. */
export function unknownFieldsOf(step: FlowStep): { given: string; meant: string | undefined }[] {
  const names = [...Object.keys(STEPS[step.function]?.fields ?? {}), ...BESIDE];
  const isTrigger = Object.hasOwn(component.triggers, step.function);
  return Object.keys(step.fields)
    .filter((name) => !names.includes(name) && !(isTrigger && isRetiredField(name)))
    .map((name) => ({ given: visible(name), meant: findUnknownField([name], names)?.meant }));
}

/** A step and all steps behind it; a step that several edges lead to comes several times. */
export function stepsFrom(step: FlowStep): FlowStep[] {
  return [step, ...step.next.flatMap(({ target }) => stepsFrom(target))];
}
