import { process as upsert } from '../../../lib/actions/upsertReceiver';
import { process as pollOne } from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { startAccount } from '../../support/account';
import { checkDeclaredSchema, takeMismatches } from '../../support/declaredSchema';
import { FakeRuntime } from '../../support/runtime';

describe('a message that does not match the schema of its step', () => {
  it('is detected wherever a test runs a step', async () => {
    const { sandbox, add, group, credentials } = await startAccount();
    add(2);
    const step = new FakeRuntime('oih', pollOne, { groupId: group, ...credentials });
    step.onEmit = () => {
      // from the second message on, the step is treated as one that sends receivers
      step.cfg = { ...step.cfg, skipTransformation: true };
    };
    await step.run();
    await sandbox.close();
    expect(step.sent).toHaveLength(2);
    expect(takeMismatches()).toEqual([expect.stringMatching(/^\/data must have required property 'id'/)]);
  });

  const receiver = { id: '1', email: 'a@b.cd', active: true, attributes: {}, global_attributes: {} };
  const known = { recordUid: '1' };
  const raw = { skipTransformation: true };
  it.each([
    ['without data', pollOne, {}, { metadata: known }],
    ['without the id of the record', pollOne, {}, { metadata: {}, data: {} }],
    ['with an id that is a number', pollOne, {}, { metadata: { recordUid: 1 }, data: {} }],
    ['with a person whose contact data are not a list', pollOne, {}, { metadata: known, data: { contactData: 'x' } }],
    ['with a receiver without its group', pollOne, raw, { metadata: known, data: receiver }],
    [
      'with an attribute that is not a string',
      upsert,
      {},
      { metadata: {}, data: { ...receiver, attributes: { n: 1 } } },
    ],
    ['with half an answer to a request to delete', upsert, {}, { metadata: {}, data: { delete: 'confirmed' } }],
    ['with an unknown answer', upsert, {}, { metadata: {}, data: { delete: 'maybe', timestamp: '1' } }],
  ])('is detected: one %s', (_, process, cfg, message) => {
    checkDeclaredSchema(process, cfg, message);
    expect(takeMismatches()).toHaveLength(1);
  });

  it('cannot come from a step without a schema', () => {
    expect(() => {
      checkDeclaredSchema(() => undefined, {}, {});
    }).toThrow('without declared schemas');
  });
});
