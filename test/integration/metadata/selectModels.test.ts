import * as action from '../../../lib/actions/upsertReceiver';
import * as trigger from '../../../lib/triggers/getReceiversByGroupIdPolling';
import { parseGroupPollingFields, parseUpsertFields } from '../../../lib/config/stepConfig';
import { AuthorisationError, ConfigurationError } from '../../../lib/utils/errors';
import { useAccount } from '../../support/account';
import { recordingLogger, thrownBy } from '../../support/http';

const account = useAccount();
let groups: Record<string, string>;
const context = { logger: recordingLogger(), emit: () => Promise.resolve(true) };

beforeEach(() => {
  const added = ['zebra', 'List 10', 'Äpfel', 'list 2', 'Bananen', ' aal ', ''].map((name) => [
    name,
    account.sandbox.account.addGroup(name),
  ]);
  groups = Object.fromEntries([...added, ['Newsletter', account.group]]) as Record<string, string>;
});

describe.each([
  ['trigger of one group', trigger.getGroups],
  ['action', action.getGroups],
])('the drop-down of groups of the %s', (_, getGroups) => {
  it('is sorted by name as people expect, with the id after each name', async () => {
    const { '': nameless = '', ...named } = groups;
    const sorted = [' aal ', 'Äpfel', 'Bananen', 'list 2', 'List 10', 'Newsletter', 'zebra'];
    const labels = sorted.map((name) => `${name.trim()} (${named[name] ?? ''})`);
    // as it arrives in a form
    const choices = JSON.parse(JSON.stringify(await getGroups.call(context, account.credentials))) as object;
    expect(Object.values(choices)).toEqual([`(${nameless})`, ...labels]);
  });

  it('gives the field a value that means the group', async () => {
    const choices = await getGroups.call(context, account.credentials);
    const value = Object.entries(choices).find(([, label]) => label.startsWith('Newsletter'))?.[0];
    expect(parseGroupPollingFields({ groupId: value }).groupId).toBe(account.group);
    expect(parseUpsertFields({ groupId: value }).groupId).toBe(account.group);
  });

  it.each([String, Number, (id: string) => ` ${id}`])(
    'shows the stored value of the step as selected',
    async (held) => {
      const groupId = held(account.group);
      const choices = await getGroups.call(context, { ...account.credentials, groupId });
      expect(choices[groupId]).toBe(`Newsletter (${account.group})`);
      expect(Object.values(choices)).toHaveLength(8);
    },
  );

  it('fails with a clear error without a valid credential', async () => {
    const missing = await thrownBy(getGroups.call(context, {}));
    expect(missing).toBeInstanceOf(ConfigurationError);
    expect(missing.message).toContain('Choose a credential');
    expect(await thrownBy(getGroups.call(context, { key: 'not-a-token' }))).toBeInstanceOf(AuthorisationError);
  });
});

describe('the drop-down of forms', () => {
  it('contains the forms of all groups in the same format', async () => {
    const { addForm } = { addForm: account.sandbox.account.addForm.bind(account.sandbox.account) };
    const [, second] = [addForm({ groupId: account.group, name: 'Sign up' }), addForm({ groupId: account.group })];
    expect(Object.values(await action.getForms.call(context, account.credentials))).toEqual([
      `Form (${second.id})`,
      `Sign up (${second.id - 1})`,
    ]);
  });

  it('is sorted without regard to surrounding blanks of the names', async () => {
    const { account: world } = account.sandbox;
    for (const name of [' d', 'b', ' c', 'a', ' e', 'f']) world.addForm({ groupId: account.group, name });
    const labels = Object.values(await action.getForms.call(context, account.credentials));
    expect(labels.map((label) => label.slice(0, 1)).join('')).toBe('abcdef');
  });

  it('shows only the stored value of the step as selected', async () => {
    const form = account.sandbox.account.addForm({ groupId: account.group, name: ' Sign up ' });
    for (const doiFormId of [form.id, String(form.id)])
      expect(Object.entries(await action.getForms.call(context, { ...account.credentials, doiFormId }))).toEqual([
        [String(form.id), `Sign up (${form.id})`],
      ]);
    for (const odd of [undefined, null, true, [String(form.id)], ' '])
      expect(Object.keys(await action.getForms.call(context, { ...account.credentials, doiFormId: odd }))).toEqual([
        ` ${form.id}`,
      ]);
  });

  it('reports that the OAuth app may not read them, if that is the case', async () => {
    const { access_token: key } = account.sandbox.issueToken({ scopes: ['groups', 'receivers'] });
    const error = await thrownBy(action.getForms.call(context, { key }));
    expect(error.message).toMatch(/does not allow GET \/v3\/forms/);
  });
});
