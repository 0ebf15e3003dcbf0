/** A field that is declared and checked but changes nothing would be a promise that the component does not keep. */

import component from '../../../component.json';
import { process as upsert } from '../../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { process as pollAll } from '../../../lib/triggers/getReceiversPolling';
import { isObject } from '../../../lib/utils/objects';
import { DAY, NOW, useStage, type Outcome } from '../../support/stage';
import type { Fields } from '../../support/steps';
import { FakeRuntime, type Emitted } from '../../support/runtime';
import { fieldCases, NEW_PERSON, type FieldCase, type World } from '../../support/fieldCases';

const STEPS: Readonly<Record<string, { fields: object }>> = { ...component.triggers, ...component.actions };
const FUNCTIONS = new Map<string, typeof pollOne | typeof upsert>([
  ['getReceiversPolling', pollAll],
  ['getReceiversByGroupIdPolling', pollOne],
  ['upsertReceiver', upsert],
]);

/** One run of a step, as everything around it sees it. */
interface Run {
  emitted: Emitted[];
  log: string[];
  error: Outcome['error'];
  mostInFlight: number;
  /** What the account was asked for, apart from tokens. */
  requests: unknown[];
}

const enter = useStage();

/** Every message has an id of its own by chance. */
function withoutId({ event, payload }: Emitted): Emitted {
  return { event, payload: isObject(payload) ? { ...payload, id: undefined } : payload };
}

async function startWorld(): Promise<World> {
  const stage = await enter();
  const { account } = stage.sandbox;
  const customers = stage.addGroup('Customers');
  const receiver = (email: string) => ({
    email,
    registered: NOW - 10 * DAY,
    global_attributes: { firstname: 'Jo' },
  });
  for (const name of ['p0', 'p1', 'p2']) account.addReceiver(stage.group, receiver(`${name}@example.org`));
  account.addReceiver(customers, receiver('c0@example.org'));
  return { stage, newsletter: stage.group, customers, form: String(account.addForm({ groupId: stage.group }).id) };
}

/**
 * Two runs of a step in an account of its own, the second an hour after the first.
 * @param given the fields of the step beside its group
 */
async function observe(
  step: string,
  situation: (world: World) => FieldCase,
  given: (one: FieldCase) => Fields,
): Promise<Run[]> {
  const world = await startWorld();
  const { stage } = world;
  const one = situation(world);
  const process = FUNCTIONS.get(step);
  if (process === undefined) throw new Error(`There is no function for the step ${step}.`);
  const group = one.group ?? (step === 'getReceiversPolling' ? {} : { groupName: 'Newsletter' });
  const runtime = new FakeRuntime('oih', process, { ...group, ...one.beside, ...given(one), ...stage.credentials });
  // an emit that is confirmed late shows how many are on their way
  runtime.turnsOf = () => 5;
  runtime.onEmit = ({ event }) => {
    if (event === 'data') stage.later(one.secondsPerMessage ?? 0);
  };
  const run = async (): Promise<Run> => {
    stage.sandbox.forgetRequests();
    runtime.log.length = 0;
    const { error } = await stage.attempt(runtime, one.message ?? (step === 'upsertReceiver' ? NEW_PERSON : {}));
    const requests = stage.sandbox.requests
      .filter(({ path }) => !path.startsWith('/oauth'))
      .map(({ method, path, query, body }) => ({ method, path, query, body }));
    return {
      emitted: runtime.emitted.map(withoutId),
      log: [...runtime.log],
      error,
      mostInFlight: runtime.mostInFlight,
      requests,
    };
  };
  const first = await run();
  stage.later(3600);
  one.between?.();
  return [first, await run()];
}

const FIELDS = Object.entries(STEPS).flatMap(([step, { fields }]) =>
  Object.keys(fields).map((field) => [step, field] as const),
);

describe('the cases of fields', () => {
  it('are those of the fields in component.json', () => {
    const cases = Object.entries(fieldCases).flatMap(([step, ofStep]) =>
      Object.keys(ofStep).map((field) => [step, field]),
    );
    expect(cases.sort()).toEqual([...FIELDS].map((one) => [...one]).sort());
  });
});

describe.each(FIELDS)('the step %s with its field %s', (step, field) => {
  const situation = fieldCases[step]?.[field];

  it('behaves differently than without it', async () => {
    if (situation === undefined) throw new Error(`test/support/fieldCases.ts needs a case for ${step}, ${field}.`);
    const without = await observe(step, situation, () => ({}));
    const withField = await observe(step, situation, ({ value }) => ({ [field]: value }));
    expect(withField.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(withField).not.toEqual(without);
    // the same twice: only the field makes the difference
    expect(await observe(step, situation, () => ({}))).toEqual(without);
  });
});

describe.each(Object.keys(STEPS))('the step %s', (step) => {
  it('behaves the same with an unknown name', async () => {
    const situation = (): FieldCase => ({ value: true });
    const without = await observe(step, situation, () => ({}));
    expect(await observe(step, situation, () => ({ somethingElse: true }))).toEqual(without);
  });
});
