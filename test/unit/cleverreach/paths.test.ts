import { createClient } from '../../../lib/cleverreach/endpoints';
import { paths } from '../../../lib/cleverreach/paths';
import type { CleverReachApi } from '../../../lib/cleverreach/types';
import { redactPath } from '../../../lib/utils/redact';

describe('a path', () => {
  it('contains an id as one segment, whatever the id contains', () => {
    expect(paths.form(' 1/2 ')).toBe('/forms/1%2F2');
    expect(paths.groupReceiver('1', 'a b')).toBe('/groups/1/receivers/a%20b');
    expect(paths.receiver('..a')).toBe('/receivers/..a');
    expect(paths.flow(' A/b ')).toBe('/flow/a%2Fb');
    expect(paths.blocked('a/b@example.org')).toBe('/blacklist/a%2Fb%40example.org');
    expect(paths.blocked('*@example.org', '7')).toBe('/groups/7/blacklist/*%40example.org');
  });

  it.each([
    ['group', '', 'The id of a group is empty; nothing was sent to CleverReach.'],
    ['group', '..', 'The id of a group is unusable (".."); nothing was sent to CleverReach.'],
    ['form', ' . ', 'The id of a form is unusable ("."); nothing was sent to CleverReach.'],
    ['flow', '', 'The id of a flow is empty; nothing was sent to CleverReach.'],
    ['receiver', ' ', 'The id of a receiver is empty; nothing was sent to CleverReach.'],
    [
      'receiver',
      '\ud800',
      'The id of a receiver is unusable ("a string that is not valid Unicode"); nothing was sent to CleverReach.',
    ],
  ] as const)('to a %s with the id %j is refused with a plain message', (kind, id, message) => {
    expect(() => paths[kind](id)).toThrow(new Error(message));
  });
});

const EMAIL = 'jo@example.org';
const FLOW = '3f2b8c1e-5d4a-4e7b-9a60-1c2d3e4f5a6b';

/** Each method of the API, in all ways that have a path of their own. */
const calls: { [Name in keyof CleverReachApi]: Parameters<CleverReachApi[Name]>[] } = {
  whoami: [[]],
  groups: [[]],
  groupList: [[]],
  forms: [[]],
  groupForms: [['1046']],
  flows: [[]],
  flow: [[FLOW]],
  receivers: [['1046', { page: 0, pageSize: 1, detail: 0 }]],
  receiversByIds: [['1046', ['7']]],
  receiversByEmails: [['1046', [EMAIL]]],
  receiversChangedAfter: [[['1046'], { field: 'activated', after: 0, page: 0, pageSize: 1 }]],
  receiver: [
    ['1046', '7'],
    ['1046', EMAIL],
  ],
  receiverInAccount: [['7'], [EMAIL]],
  groupsOfReceiver: [['7']],
  attributes: [[]],
  groupAttributes: [['1046']],
  isBlocked: [[EMAIL], [EMAIL, '1046'], ['*@example.org', '1046']],
  createReceiver: [['1046', { email: EMAIL }]],
  insertReceivers: [['1046', [{ email: EMAIL }]]],
  upsertReceivers: [['1046', [{ email: EMAIL }]]],
  activateReceiver: [['1046', '7']],
  deactivateReceiver: [['1046', '7']],
  changeEmail: [['7', EMAIL]],
  deleteReceiver: [['7'], ['7', '1046']],
  sendActivationMail: [
    ['301', EMAIL, { user_ip: '', referer: '', user_agent: '' }],
    [FLOW, EMAIL, { user_ip: '', referer: '', user_agent: '' }],
  ],
};

it.each(Object.entries(calls).flatMap(([name, ways]) => ways.map((given) => ({ name, given }))))(
  'an error of $name shows its path, without an address: $given',
  async ({ name, given }) => {
    const sent: string[] = [];
    const api = createClient({
      request: ({ path }) => {
        sent.push(path);
        return Promise.reject(new Error('not sent'));
      },
    });
    const methods = new Map<string, (...values: never[]) => Promise<unknown>>(Object.entries(api));
    await expect(methods.get(name)?.(...(given as never[]))).rejects.toThrow('not sent');
    expect(sent).not.toEqual([]);
    for (const path of sent) {
      const withoutAddress = decodeURIComponent(path).replace(/[^/]*@[^/]*/, '<address>');
      expect(redactPath(path)).toBe(withoutAddress);
      expect(withoutAddress).not.toContain('@');
    }
  },
);
