import { refuseBlocked } from '../../../../lib/upsert/execute/blockedAddress';
import type { Planned, Plan } from '../../../../lib/upsert/plan/plan';
import type { GroupContext } from '../../../../lib/upsert/plan/writeContext';
import { AuthorisationError, RecordError, TemporaryError } from '../../../../lib/utils/errors';
import { receiver } from '../../../support/receiver';
import { recordingLogger } from '../../../support/http';
import { row } from '../../../support/upsert/records';

const GROUP = '1046';
const planned = (plan: Plan, position = 0): Planned => {
  const name = `record no. ${position + 1}`;
  return { plan, candidate: { position, name, row: row({}), notices: [], newReceivers: 'active' } };
};
const create = (email: string, kind: 'create' | 'createUnconfirmed' = 'create'): Plan => ({ kind, write: { email } });

function contextOf(isBlocked: (entry: string, groupId?: string) => Promise<boolean>) {
  const asked: string[] = [];
  const news = new Set<string>();
  const logger = recordingLogger();
  const directory = {
    isBlocked: (entry: string, groupId?: string) => {
      asked.push(`${entry} ${groupId ?? 'account'}`);
      return isBlocked(entry, groupId);
    },
    isFirstOccurrence: (text: string) => !news.has(text) && Boolean(news.add(text)),
  } as unknown as GroupContext['directory'];
  return { asked, logger, context: { groupId: GROUP, directory, logger } };
}
const listed =
  (...entries: string[]) =>
  (entry: string, groupId = 'account'): Promise<boolean> =>
    Promise.resolve(entries.includes(`${entry} ${groupId}`));

describe('in a dry run, a new receiver', () => {
  it.each([
    ['jo@example.org account', 'the account'],
    [`jo@example.org ${GROUP}`, `group ${GROUP}`],
    ['*@example.org account', 'the account'],
    [`*@example.org ${GROUP}`, `group ${GROUP}`],
  ])('is refused if %s is blocked, and the reason names the list', async (entry, list) => {
    const { context } = contextOf(listed(entry));
    for (const kind of ['create', 'createUnconfirmed'] as const) {
      const [result] = await refuseBlocked([planned(create('jo@example.org', kind))], context);
      const text =
        `CleverReach would refuse record no. 1: its e-mail address, or the domain of it, is on the block list of ${list}. ` +
        'Waiting does not help: check the address, and the block list of the account and of the group in CleverReach.';
      expect(result?.plan).toEqual({ kind: 'refuse', error: new RecordError(text) });
    }
  });

  it('is looked up with four requests, and stays as planned if it is not blocked', async () => {
    const { asked, context } = contextOf(listed());
    const plans = [planned(create('jo@example.org'))];
    expect(await refuseBlocked(plans, context)).toEqual(plans);
    const lists = ['account', GROUP];
    expect(asked).toEqual(
      ['*@example.org', 'jo@example.org'].flatMap((entry) => lists.map((list) => `${entry} ${list}`)),
    );
  });

  it.each([new AuthorisationError('no', 403), new TemporaryError('down')])(
    'stays as planned if a list cannot be read, and no further address is looked up: %s',
    async (error) => {
      const { asked, context, logger } = contextOf(() => Promise.reject(error));
      const plans = ['a', 'b', 'c'].map((name, position) => planned(create(`${name}@example.org`), position));
      expect(await refuseBlocked(plans, context)).toEqual(plans);
      expect(asked).toHaveLength(1);
      expect(await refuseBlocked(plans, context)).toEqual(plans);
      expect(logger.lines).toEqual([
        `The dry run does not check whether addresses are blocked, because the block list cannot be read. ${error.message}`,
      ]);
    },
  );
});

it.each<Plan>([
  { kind: 'update', stored: receiver('7'), write: { email: 'jo@example.org' } },
  { kind: 'same', stored: receiver('7') },
  { kind: 'skip', reason: 'x' },
  { kind: 'refuse', error: new RecordError('x') },
])('a record that creates no receiver is not looked up: %j', async (plan) => {
  const { asked, context } = contextOf(listed('jo@example.org account'));
  const plans = [planned(plan)];
  expect(await refuseBlocked(plans, context)).toEqual(plans);
  expect(asked).toEqual([]);
});
