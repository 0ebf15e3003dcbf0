import type { Sandbox } from '../../sandbox';
import { objectWith, textWith } from '../support/runtimes/expectations';
import { ask } from '../support/runtimes/formService';
import { useStage } from '../support/runtimes/stage';

describe('a form of elastic.io', () => {
  const stage = useStage();
  const credentials = ({ client }: Sandbox) => ({ client_id: client.id, client_secret: client.secret });

  it('shows whether a credential is valid, and why not', async () => {
    const account = await stage.account();
    const good = await ask({ method: 'verifyCredentials', cfg: credentials(account) }, account.url);
    expect(good).toEqual({ status: 'success', data: { verified: true, account: 'Muster GmbH (300417)' } });
    const cfg = { ...credentials(account), client_secret: 'wrong' };
    expect(await ask({ method: 'verifyCredentials', cfg }, account.url)).toEqual({
      status: 'success',
      data: { verified: false, reason: textWith('check both in the credential') },
    });
  });

  it('shows the groups sorted by name', async () => {
    const account = await stage.account();
    const [last = '', first = ''] = account.seed({ groups: ['Presse', 'kunden'], receivers: 1 }).groups;
    const question = { method: 'selectModel', step: 'upsertReceiver', model: 'getGroups' } as const;
    const { status, data } = await ask({ ...question, cfg: credentials(account) }, account.url);
    expect(status).toBe('success');
    expect(Object.values(data)).toEqual([`kunden (${first})`, `Presse (${last})`]);
    expect(Object.keys(data).map(Number)).toEqual([Number(first), Number(last)]);
    expect(await ask({ ...question, cfg: {} }, account.url)).toEqual({
      status: 'error',
      data: { message: textWith('No CleverReach credentials were found') },
    });
  });

  it('shows the messages with the attributes of the group', async () => {
    const account = await stage.account();
    const [groupId = ''] = account.seed({ receivers: 1 }).groups;
    const cfg = { ...credentials(account), groupId, skipTransformation: true };
    const step = 'getReceiversByGroupIdPolling';
    const { data } = await ask({ method: 'getMetaModel', step, cfg }, account.url);
    expect(data).toMatchObject({
      in: {},
      out: { properties: { data: { properties: { attributes: { properties: objectWith({}) } } } } },
    });
    expect(JSON.stringify(data)).toContain('"title":"visits"');
  });
});
