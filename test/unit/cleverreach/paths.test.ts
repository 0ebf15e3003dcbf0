import { paths } from '../../../lib/cleverreach/paths';

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
