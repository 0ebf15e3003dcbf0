/** Checks that the steps of a flow exist in this component, before anything runs. */

import component from '../../component.json';
import { isRetiredField } from '../../lib/config/retiredFields';
import { findUnknownField } from '../../lib/config/unknownFields';
import type { FlowStep } from './flowFile';
import { visible } from './terminal';

const STEPS: Readonly<Record<string, { fields: object }>> = { ...component.triggers, ...component.actions };

/** Members beside the fields: credentials in every form in which the platforms pass them, and the settings of OIH. */
const BESIDE = [
  ...['client_id', 'client_secret', 'clientId', 'clientSecret', 'username', 'passphrase', 'key', 'accessToken'],
  ...['oauth', '_account', 'secretId', 'payload', 'nodeSettings'],
];

/** @throws Error that names every step that the component does not have, and every unknown field */
export function checkSteps(first: FlowStep): void {
  const problems = new Set(stepsFrom(first).flatMap(problemsOf));
  if (problems.size > 0) throw new Error([...problems].join('\n'));
}

function problemsOf(step: FlowStep): string[] {
  const [id, named] = [visible(step.id), visible(step.function)];
  if (!isKnownFunction(step.function)) {
    const there = Object.keys(STEPS).join(', ');
    return [`Step "${id}" names an unknown function, "${named}". The functions are ${there}.`];
  }
  return unknownFieldsOf(step).map(({ given, meant }) => {
    const problem = `${id} ${named}: Unknown field "${given}".`;
    return meant === undefined ? problem : `${problem} Did you mean "${meant}"?`;
  });
}

/** Whether the component has the function of a step. */
export const isKnownFunction = (name: string): boolean => Object.hasOwn(STEPS, name);

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
