/** Uses of the action for the matrix of faults. */

import type { Switches } from '../../../sandbox';
import type { FakeRuntime } from '../runtime';
import type { Prepared, Use } from './matrix';
import { tagsOf, valuesOf } from '../storedContent';
import { DAY, NOW, type Stage } from '../stage';
import { action, linked, person, type Fields } from '../steps';

const EMAIL = 'jo@example.org';
const jo = (members: Fields = {}): Fields =>
  person(EMAIL, { firstName: 'Jo', lastName: 'Muster', categories: ['vip'], ...members });

type Wanted = Record<string, unknown>;

/** Differences between a receiver and its expected content, in words. */
function differences({ sandbox, group }: Stage, email: string, wanted: Wanted | undefined): string[] {
  const receivers = sandbox.account.receivers(group).filter((one) => String(one['email']).toLowerCase() === email);
  const [receiver] = receivers;
  if (receivers.length > 1) return [`${email} is there ${receivers.length} times`];
  if (!receiver || !wanted) return receiver === wanted ? [] : [`${email} is ${receiver ? 'still' : 'not'} there`];
  const now: Wanted = { active: receiver['active'], ...valuesOf(receiver), tags: tagsOf(receiver).sort().join() };
  return Object.entries(wanted).flatMap(([name, value]) =>
    now[name] === value ? [] : [`${name} is ${JSON.stringify(now[name])} and not ${JSON.stringify(value)}`],
  );
}

/** A message for each success, with the id of the receiver. */
const unanswered = (step: FakeRuntime): string[] => {
  const ids = step.ids.filter((id) => typeof id === 'string' && id !== '');
  return step.sent.length === 1 && ids.length === 1
    ? []
    : [`${step.sent.length} messages went on, ${ids.length} with an id`];
};

const isWritten = { active: true, firstname: 'Jo', lastname: 'Muster', tags: 'vip' };

/** A receiver that has been in the group since yesterday. */
const add = ({ sandbox, group }: Stage, email = EMAIL): string =>
  sandbox.account.addReceiver(group, { email, registered: NOW - DAY, tags: ['own'] });

/** @param later the expected content after a failure and another call; the same if omitted */
const simple = (
  name: string,
  begin: (stage: Stage) => { fields?: Fields; message: Fields },
  wanted: Wanted,
  { switches = {}, later = wanted }: { switches?: Partial<Switches>; later?: Wanted } = {},
): Use => ({
  function: 'action',
  name,
  switches,
  prepare: (stage) => {
    const { fields = {}, message } = begin(stage);
    const step = action(stage, fields);
    const wrong: Prepared['wrong'] = (isFirst) => [
      ...differences(stage, EMAIL, isFirst ? wanted : later),
      ...unanswered(step),
    ];
    return Promise.resolve({ step, message, wrong });
  },
});

const unconfirmed = (kind: 'form' | 'flow'): Use => ({
  function: 'action',
  name: `a new receiver that has to confirm by the mail of a ${kind}`,
  prepare: (stage): Promise<Prepared> => {
    const { account } = stage.sandbox;
    const { id } = account[kind === 'form' ? 'addForm' : 'addFlow']({ groupId: stage.group });
    const step = action(stage, { newReceivers: 'unconfirmed', doiFormId: String(id) });
    const before = stage.sandbox.account.mails.length;
    return Promise.resolve({
      step,
      message: { data: jo() },
      wrong: (isFirst) => {
        const mails = stage.sandbox.account.mails.length - before;
        // a failed mail is reported as an error, and is not sent again automatically
        const isRight = isFirst ? mails === 1 : mails <= 1;
        return [
          ...differences(stage, EMAIL, { active: false, firstname: 'Jo', tags: 'vip' }),
          ...(isRight ? [] : [`${mails} mails were sent`]),
          ...unanswered(step),
        ];
      },
    });
  },
});

const deletion = (name: string, messageFor: (id: string) => Fields): Use => ({
  function: 'action',
  name,
  prepare: (stage): Promise<Prepared> => {
    let answers = 0;
    const id = add(stage);
    const step = action(stage, { ...linked, deletes: true });
    return Promise.resolve({
      step,
      message: messageFor(id),
      note: () => {
        answers = step.sent.filter(({ data }) => data['delete'] === 'confirmed').length;
      },
      wrong: () => [
        ...differences(stage, EMAIL, undefined),
        ...(answers === 1 ? [] : [`${answers} confirmations were sent`]),
      ],
      saysNo: () => step.sent.some(({ data }) => data['delete'] !== 'confirmed'),
    });
  },
});

export const writingUses: readonly Use[] = [
  simple(
    'a new receiver',
    ({ group }) => ({ fields: { groupId: '', groupName: ' newsletter' }, message: { data: jo(), group } }),
    isWritten,
  ),
  simple(
    'a receiver that differs',
    (stage) => {
      add(stage);
      return { message: { data: jo() } };
    },
    { ...isWritten, tags: 'own,vip' },
    { switches: { upsertplusTags: false } },
  ),
  simple(
    'an unsubscribed receiver',
    (stage) => {
      stage.sandbox.account.unsubscribe(stage.group, add(stage));
      return { message: { data: jo() } };
    },
    { ...isWritten, active: false, tags: 'own,vip' },
  ),
  simple(
    'an opt-out',
    (stage) => {
      add(stage);
      const data = { ...jo(), subscription: { status: 'unsubscribed' } };
      return { fields: { optOuts: true }, message: { data } };
    },
    { ...isWritten, active: false, tags: 'own,vip' },
  ),
  simple(
    'a receiver of ours whose address changes',
    (stage) => {
      const id = add(stage, 'old@example.org');
      return { fields: linked, message: { metadata: { oihUid: 'u', recordUid: id }, data: jo() } };
    },
    { ...isWritten, tags: 'own,vip' },
  ),
  simple('a new receiver whom CleverReach leaves waiting', () => ({ message: { data: jo() } }), isWritten, {
    switches: { stampsOmitted: 'waiting' },
    // a receiver that already exists and is pending may be about to confirm, so the next message activates no receiver
    later: { firstname: 'Jo', lastname: 'Muster', tags: 'vip' },
  }),
  unconfirmed('form'),
  unconfirmed('flow'),
  deletion('a request to delete by our own id', (recordUid) => ({
    metadata: { oihUid: 'u', recordUid },
    data: { deleteRequested: true },
  })),
  deletion('a deletion that a trigger has reported', (receiverId) => ({
    data: { deleteRequested: true, cleverreach: { accountId: '300417', receiverId } },
  })),
  deletion('a request to delete by an address', () => ({ data: { deleteRequested: true, ...person(EMAIL) } })),
];
