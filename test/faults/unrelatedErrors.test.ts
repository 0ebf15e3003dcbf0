/**
 * Responses that say nothing about the record: of proxies, of the network and about the account. On OIH, none of them
 * loses a message.
 */

import { process as upsert } from '../../lib/actions/upsertReceiver';
import { useAccount } from '../support/account';
import { FakeRuntime } from '../support/runtime';

const account = useAccount();

const message = {
  metadata: { recordUid: '3' },
  data: { email: 'jo@example.org', global_attributes: { city: 'Kiel' } },
};

const action = (): FakeRuntime =>
  new FakeRuntime('oih', upsert, { groupId: account.group, skipTransformation: true, ...account.credentials });

const answer = (path: string | RegExp, method: string, status: number, body?: unknown): void => {
  account.sandbox.faults.add({
    path,
    method,
    times: Infinity,
    kind: 'status',
    status,
    ...(body !== undefined && { body }),
  });
};

const events = async (step: FakeRuntime): Promise<string[]> =>
  (await step.run(message)).emitted.map(({ event }) => event);

const places = {
  'the request for attributes of the account': [/\/v3\/attributes/, 'GET'],
  'the look-up of the receiver': [/\/groups\/\d+\/receivers/, 'GET'],
  'the write': [/\/groups\/\d+\/receivers/, 'POST'],
} as const;
const ofTheAccount = [402, 405, 406, 410, 411, 415, 426, 431, 451];

describe.each(Object.entries(places))('an error response to %s', (_, [path, method]) => {
  it.each([302, 307, 407, 418, 499, ...ofTheAccount])(
    'with status %i returns the message to the platform',
    async (status) => {
      answer(path, method, status);
      const step = action();
      expect(await events(step)).toEqual(['rebound']);
      expect(step.log.at(-1)).not.toMatch(/The record with .*: The record with/i);
      expect(account.sandbox.account.size(account.group)).toBe(0);
    },
  );
});

describe('an error response of the token endpoint', () => {
  it.each([302, 407, ...ofTheAccount])('with status %i returns the message to the platform', async (status) => {
    account.sandbox.faults.add({
      path: '/oauth/token.php',
      times: Infinity,
      kind: 'status',
      status,
      headers: { 'Retry-After': '0' },
    });
    const step = action();
    // this test does not wait between tries
    jest.spyOn(Math, 'random').mockReturnValue(0);
    expect(await events(step)).toEqual(['rebound']);
  });
});

describe('a response to a write', () => {
  it.each([400, 409, 413, 422])('with status %i fails the record', async (status) => {
    answer(/\/groups\/\d+\/receivers/, 'POST', status, { error: { code: status, message: 'no' } });
    await expect(action().run(message)).rejects.toThrow(`(${status}): no`);
  });

  it.each([[false], [null], [{ error: 'no' }]])(
    'without a reason about the record, %j, returns the message, or fails it when it cannot be redelivered',
    async (body) => {
      answer(/\/groups\/\d+\/receivers/, 'POST', 200, body);
      expect(await events(action())).toEqual(['rebound']);
      const last = action();
      last.headers = { reboundIteration: 20 };
      await expect(last.run(message)).rejects.toThrow(
        /fails for good\. .*ecord .*CleverReach refused POST .*Waiting may help. If the error persists, check the account/,
      );
    },
  );

  it('with an error about the record fails the record at once, even without a code', async () => {
    answer(/\/groups\/\d+\/receivers/, 'POST', 200, { error: 'invalid email address' });
    await expect(action().run(message)).rejects.toThrow('invalid email address');
  });

  it('with false for a deletion returns the message to the platform', async () => {
    const id = account.sandbox.account.addReceiver(account.group, { email: 'jo@example.org' });
    answer(/\/receivers\/\d+/, 'DELETE', 200, false);
    const step = action();
    Object.assign(step.cfg, { deletes: true, groupId: account.group });
    const data = { email: 'jo@example.org', deleteRequested: true };
    await step.run({ metadata: {}, data });
    expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
    expect(account.sandbox.account.receiver(account.group, id)).toBeDefined();
  });
});

describe('definitions of attributes', () => {
  it('are not reported as unknown if the token is refused for everything', async () => {
    answer(/\/v3\//, 'GET', 401, { error: { code: 401, message: 'no' } });
    const step = action();
    expect(await events(step)).toEqual(['rebound']);
    expect(step.log.join('\n')).not.toContain('values are sent even if no attribute is defined');
  });

  it.each([401, 403, 404])('that CleverReach refuses (%i) are not required', async (status) => {
    answer(/\/groups\/\d+\/attributes/, 'GET', status, { error: { code: status, message: 'no' } });
    const step = action();
    expect(await events(step)).toEqual(['data']);
    expect(step.log.join('\n')).toContain('could not be read, so values are sent even if no attribute is defined');
  });

  it.each([302, 407, 402])('that a gateway refuses (%i) return the message, and nothing is written', async (status) => {
    answer(/\/groups\/\d+\/attributes/, 'GET', status);
    const step = action();
    expect(await events(step)).toEqual(['rebound']);
    expect(step.log.join('\n')).not.toContain('values are sent even if no attribute is defined');
    expect(account.sandbox.account.size(account.group)).toBe(0);
  });
});

it('a delete request is returned to the platform if the account or the network refuses it', async () => {
  const id = account.sandbox.account.addReceiver(account.group, { email: 'jo@example.org' });
  answer(/\/receivers\/\d+/, 'DELETE', 402);
  const step = action();
  Object.assign(step.cfg, { deletes: true });
  await step.run({
    metadata: { recordUid: id, applicationUid: 'cleverreach' },
    data: { deleteRequested: true, email: 'jo@example.org' },
  });
  expect(step.emitted.map(({ event }) => event)).toEqual(['rebound']);
});
