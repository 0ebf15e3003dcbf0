import { subscription } from '../../../../lib/mapping/functions/subscription';

const active = { active: true, activated: 1_763_000_000, deactivated: 0, bounced: 0 };

it.each([
  [
    { ...active, group_id: '7', category: 'News' },
    { id: '7', name: 'News' },
  ],
  [{ ...active, groups_id: 7 }, { id: '7' }],
  [{ ...active, category: ' News ' }, { name: 'News' }],
  [{ ...active, group_id: '', category: null }, undefined],
])('the subscription of %j is about the group %j', (receiver, group) => {
  expect(subscription(receiver)).toEqual({
    status: 'subscribed',
    since: '2025-11-13T02:13:20Z',
    ...(group && { group }),
  });
});

it.each([{ email: 'a@example.org', group_id: '7' }, {}, null, undefined, 'active', [active]])(
  'the subscription of %j is not known',
  (receiver) => {
    expect(subscription(receiver)).toBeUndefined();
  },
);
