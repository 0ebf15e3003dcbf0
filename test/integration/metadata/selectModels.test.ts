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

describe('the drop-down of forms and flows', () => {
  it('contains those of all groups, with the name of the group, in the same format', async () => {
    const { addForm } = { addForm: account.sandbox.account.addForm.bind(account.sandbox.account) };
    const [, second] = [addForm({ groupId: account.group, name: 'Sign up' }), addForm({ groupId: account.group })];
    const flow = account.sandbox.account.addFlow({ groupId: groups['zebra'] ?? '', name: 'Flow' });
    account.sandbox.account.addFlow({ groupId: account.group, playbook: 'unsubscribe' });
    expect(Object.values(await action.getForms.call(context, account.credentials))).toEqual([
      `Flow – zebra (${flow.id})`,
      `Form – Newsletter (${second.id})`,
      `Sign up – Newsletter (${second.id - 1})`,
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
        [String(form.id), `Sign up – Newsletter (${form.id})`],
      ]);
    for (const odd of [undefined, null, true, [String(form.id)], ' '])
      expect(Object.keys(await action.getForms.call(context, { ...account.credentials, doiFormId: odd }))).toEqual([
        ` ${form.id}`,
      ]);
  });

  it('contains only those of the group of the step, chosen by id or by name', async () => {
    const { account: world } = account.sandbox;
    const [own, other] = [account.group, groups['zebra'] ?? ''];
    const [form, flow] = [world.addForm({ groupId: own }), world.addFlow({ groupId: own })];
    world.addForm({ groupId: other });
    world.addFlow({ groupId: other });
    for (const chosen of [{ groupId: ` ${own}` }, { groupId: Number(own) }, { groupName: 'newsletter ' }]) {
      const choices = await action.getForms.call(context, { ...account.credentials, ...chosen });
      expect(Object.keys(choices).sort()).toEqual([` ${flow.id}`, ` ${form.id}`].sort());
    }
  });

  it('gives the field a value that means the flow', async () => {
    const { id } = account.sandbox.account.addFlow({ groupId: account.group });
    const [doiFormId] = Object.keys(await action.getForms.call(context, account.credentials));
    expect(parseUpsertFields({ newReceivers: 'unconfirmed', doiFormId })).toMatchObject({ doiFormId: id });
    const selected = await action.getForms.call(context, { ...account.credentials, doiFormId: id });
    expect(Object.keys(selected)).toEqual([id]);
  });

  it.each([
    ['forms', { optInForms: 'forms' }, undefined],
    ['flows', { optInForms: 'flows' }, undefined],
    ['forms', {}, ['groups', 'forms']],
    ['flows', {}, ['groups', 'oa_flows']],
    ['flows', { missingScope: 401 }, ['groups', 'oa_flows']],
  ] as const)('contains the %s if the account, or the app, has only these (%j, %j)', async (kind, switches, scopes) => {
    const { sandbox, group } = account;
    Object.assign(sandbox.switches, switches);
    const ids = {
      forms: String(sandbox.account.addForm({ groupId: group }).id),
      flows: sandbox.account.addFlow({ groupId: group }).id,
    };
    const credentials = scopes ? { key: sandbox.issueToken({ scopes }).access_token } : account.credentials;
    expect(Object.keys(await action.getForms.call(context, credentials))).toEqual([` ${ids[kind]}`]);
  });

  it('reports that the OAuth app may not read them, if that is the case', async () => {
    const { access_token: key } = account.sandbox.issueToken({ scopes: ['groups', 'receivers'] });
    const error = await thrownBy(action.getForms.call(context, { key }));
    expect(error.message).toMatch(/does not allow GET \/v3\/forms/);
  });
});
