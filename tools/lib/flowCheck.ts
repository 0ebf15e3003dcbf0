/** Whether the steps of a flow are steps of this component, looked at before anything runs. */

import component from '../../component.json';
import type { FlowStep } from './flowFile';

const STEPS: Readonly<Record<string, { fields: object }>> = { ...component.triggers, ...component.actions };

/** What credentials consist of; they stand beside the fields. */
const CREDENTIALS = [
  ...['client_id', 'client_secret', 'clientId', 'clientSecret', 'username', 'passphrase', 'key', 'accessToken'],
  ...['oauth', 'secretId', 'payload'],
];

/**
 * @returns a line for each field that the step does not know, and would ignore
 * @throws Error when the component has no such step
 */
export function checkSteps(first: FlowStep): string[] {
  return stepsFrom(first).flatMap((step) => {
    const known = STEPS[step.function];
    if (!known) {
      const there = Object.keys(STEPS).join(', ');
      throw new Error(`Step "${step.id}" names a function that is not there, "${step.function}". There are ${there}.`);
    }
    return Object.keys(step.fields)
      .filter((name) => !(name in known.fields) && !CREDENTIALS.includes(name))
      .map((name) => `${step.id}: ${step.function} has no field "${name}"; it is ignored.`);
  });
}

function stepsFrom(step: FlowStep): FlowStep[] {
  return [step, ...step.next.flatMap(({ target }) => stepsFrom(target))];
}
