/** Whichever way the open questions about CleverReach's API go, the three functions behave the same. */

import { AuthorisationError, ComponentError } from '../../lib/utils/errors';
import { defaultSwitches } from '../../sandbox';
import { otherAnswers, unmetRoutes } from '../support/openQuestions';
import { tagsOf, valuesOf } from '../support/storedContent';
import { DAY, NOW, useStage, type Stage } from '../support/stage';
import { action, isDeletion, linked, person, readingBy, stepOfAll, stepOfOne } from '../support/steps';

const stageWith = useStage();
const routes = new Set<string>();
const MIA = 'Mia.Muster@Example.org';

/** Requests of the component, none of the test's own. */
const note = ({ sandbox }: Stage): void => {
  for (const { method, route, path } of sandbox.requests) routes.add(`${method} ${route ?? path}`);
};

/** Six people, and one whose address is not in lower case. */
function fill({ sandbox }: Stage, group: string, prefix: string): string[] {
  const emails = [...Array.from({ length: 6 }, (_, index) => `${prefix}${index}@example.org`), MIA];
  return emails.map((email, index) =>
    sandbox.account.addReceiver(group, {
      email,
      registered: NOW - DAY + index,
      global_attributes: { firstname: `Zoë ${index}`, birthday: '1980-01-02' },
      tags: ['own'],
    }),
  );
}

const isTrue = (active: unknown): boolean => active === true || active === '1';
const sorted = (ids: readonly unknown[]): string[] => ids.map(String).sort();

/** Quick polls see changes of state; a full read, an hour after the last one, sees the rest, and what the filter did not show. */
async function quickPollOfOneGroup(stage: Stage): Promise<void> {
  const { account, switches } = stage.sandbox;
  const ids = fill(stage, stage.group, 'p');
  const [edited = '', tagged = '', left = '', bounced = '', written = '', opened = '', mia = ''] = ids;
  const step = stepOfOne(stage, { ...readingBy('quick polls'), pageSize: 3 });
  expect(sorted((await step.run()).ids)).toEqual(sorted(ids));
  expect(step.sent.find(({ metadata }) => metadata['recordUid'] === mia)?.data).toMatchObject({
    firstName: 'Zoë 6',
    birthday: '1980-01-02',
  });
  expect(JSON.stringify(step.sent).toLowerCase()).toContain(`"${MIA.toLowerCase()}"`);

  // long enough for a token to run out
  stage.later(30_000);
  account.recordMail(stage.group, opened, 'mail_open');
  expect((await step.run()).ids).toEqual([]);

  account.unsubscribe(stage.group, left);
  account.bounce(stage.group, bounced);
  account.importReceivers(stage.group, [{ email: MIA, global_attributes: { firstname: 'Mia' } }]);
  const added = account.addReceiver(stage.group, { email: 'new@example.org' });
  account.edit(stage.group, edited, { global_attributes: { firstname: 'Bo' } });
  account.edit(stage.group, tagged, { tags: ['vip'] });
  await action(stage).run({ data: person('p4@example.org', { firstName: 'Ada' }) });
  stage.later(600);
  const quick = (await step.run()).ids;
  const deletions = step.sent.filter(isDeletion).length;
  stage.later(3_600);
  const full = (await step.run()).ids;
  const gone = [left].filter((id) => !account.receiver(stage.group, id));
  expect(deletions + step.sent.filter(isDeletion).length).toBe(gone.length);
  expect(sorted([...quick, ...full])).toEqual(sorted([edited, tagged, left, bounced, written, mia, added]));
  // a filter that is not there, or lies openly, leads to a full read at once
  const isFilterUsed =
    switches.filterEndpoint === 'available' &&
    switches.filterRules === 'honoured' &&
    switches.filterRegistered === 'supported';
  if (isFilterUsed) {
    const changed = [bounced, added, ...[left].filter((id) => !gone.includes(id))];
    expect(quick.filter((id) => !changed.includes(String(id)))).toEqual([]);
    if (switches.filterDrops === 0 && switches.filterLagSeconds < 600) expect(sorted(quick)).toEqual(sorted(changed));
  } else expect(full).toEqual([]);
  stage.later(3_600);
  expect((await step.run()).ids).toEqual([]);
}

/** At every poll, and with the token pair of an older credential. */
async function fullReadsOfAllGroups(stage: Stage): Promise<void> {
  const { account, switches } = stage.sandbox;
  const press = stage.addGroup('Press');
  stage.addGroup('Nobody');
  const ids = fill(stage, stage.group, 'p');
  const both = account.addReceiver(press, { email: MIA, registered: NOW - DAY });
  const pair = stage.sandbox.issueToken();
  const expires_at = new Date((NOW + pair.expires_in) * 1000).toISOString();
  const oauth = { access_token: pair.access_token, refresh_token: pair.refresh_token, expires_at };
  const fields = { ...readingBy('full reads'), pageSize: 3, oauth, _account: pair.access_token };
  const step = stepOfAll(stage, fields, 'elastic.io');
  expect(sorted((await step.run()).ids)).toEqual(sorted([...ids, both]));

  // shortly before a token and its refresh token run out, twice
  for (let round = 0; round < 2; round += 1) {
    stage.later(Math.min(switches.expiresIn, 20_000) - 20);
    expect((await step.run()).ids).toEqual([]);
  }
  const [, tagged = '', left = '', removed = '', written = ''] = ids;
  account.edit(press, both, { global_attributes: { firstname: 'Bo' } });
  account.edit(stage.group, tagged, { tags: ['vip'] });
  account.unsubscribe(stage.group, left);
  account.remove(stage.group, removed);
  await action(stage).run({ data: person('p4@example.org', { categories: ['vip'] }) });
  stage.later(120);
  const gone = [removed, left].filter((id) => !account.receiver(stage.group, id));
  const changed = [both, both, tagged, left, written].filter((id) => !gone.includes(id));
  await step.run();
  const announced = step.sent.filter(isDeletion).map(({ metadata }) => metadata['recordUid']);
  expect(sorted(step.ids)).toEqual(sorted([...changed, ...gone]));
  expect(sorted(announced)).toEqual(sorted(gone));
  expect((await step.run()).ids).toEqual([]);
}

async function upserts(stage: Stage): Promise<void> {
  const { account } = stage.sandbox;
  const writes = (): number =>
    stage.sandbox.requests.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth')).length;
  const stored = (email: string): Record<string, unknown> | undefined =>
    account.receivers(stage.group).find((one) => String(one['email']).toLowerCase() === email.toLowerCase());
  const step = action(stage, { ...linked, deletes: true });
  // on elastic.io, since OIH takes the message back where the step has to be corrected
  const refused = async (message: unknown, fields = {}): Promise<unknown> => {
    const { error, events } = await stage.attempt(action(stage, fields, 'elastic.io'), { body: message });
    expect(error).toBeInstanceOf(ComponentError);
    expect(events).toEqual([]);
    return error;
  };

  const isActive = (email: string): boolean => isTrue(stored(email)?.['active']);

  // new, the same, changed
  const nele = person('Nele@Example.org', { firstName: 'Nele', birthday: '1990-02-03', categories: ['vip'] });
  const { sent } = await step.run({ data: nele });
  const id = String(stored('nele@example.org')?.['id']);
  expect(isActive('nele@example.org')).toBe(true);
  expect(tagsOf(stored('nele@example.org'))).toEqual(['vip']);
  expect(sent[0]?.metadata).toEqual({ recordUid: id });
  const before = writes();
  expect((await step.run({ data: nele })).ids).toEqual([id]);
  expect(writes()).toBe(before);
  account.edit(stage.group, id, { tags: ['vip', 'own'] });
  await step.run({ data: { ...nele, firstName: 'Nora' } });
  expect(valuesOf(stored('nele@example.org'))).toMatchObject({ firstname: 'Nora' });
  expect(tagsOf(stored('nele@example.org')).sort()).toEqual(['own', 'vip']);
  expect(account.size(stage.group)).toBe(1);

  // what a mapping may give beside: names that are not defined, or in upper case; a tag to be removed
  const raw = { email: 'nele@example.org', global_attributes: { FirstName: 'Ines', nobody: 'x' }, tags: ['-own'] };
  await action(stage, { skipTransformation: true }).run({ data: raw });
  stage.later(120);
  expect(valuesOf(stored('nele@example.org'))).toMatchObject({ firstname: 'Ines' });
  expect(tagsOf(stored('nele@example.org'))).toEqual(['vip']);

  // somebody who has left, under another spelling of the address, is never made active and never doubled
  const mia = account.addReceiver(stage.group, { email: MIA, registered: NOW - DAY });
  account.unsubscribe(stage.group, mia);
  await stage.attempt(step, { data: person(MIA.toLowerCase(), { firstName: 'Mia' }) });
  expect(account.receivers(stage.group).filter((one) => isTrue(one['active']))).toHaveLength(1);
  expect(account.size(stage.group)).toBeLessThanOrEqual(2);

  // nor under another form of its domain
  const jo = account.addReceiver(stage.group, { email: 'jo@xn--mller-kva.example', registered: NOW - DAY });
  account.unsubscribe(stage.group, jo);
  await stage.attempt(step, { data: person('Jo@Müller.example', { firstName: 'Jo' }) });
  expect(account.receivers(stage.group).filter((one) => isTrue(one['active']))).toHaveLength(1);

  // somebody who comes in between the look and the write is not touched
  const ute = account.addReceiver(stage.group, { email: 'ute@example.org', registered: NOW - DAY });
  account.edit(stage.group, ute, { global_attributes: { firstname: 'Ute' } });
  stage.sandbox.faults.add({ method: 'GET', path: '/groups/:gid/receivers', kind: 'body', body: [] });
  await action(stage, { newReceivers: 'unconfirmed' }).run({ data: person('ute@example.org') });
  expect(isActive('ute@example.org')).toBe(true);
  expect(valuesOf(stored('ute@example.org'))).toMatchObject({ firstname: 'Ute' });

  // several new receivers that must not become active, at once, with one that exists by then
  const waiting = Array.from({ length: 9 }, (_, index) => `ina${index}@example.org`);
  account.addReceiver(stage.group, { email: 'ina7@example.org', registered: NOW - DAY });
  stage.sandbox.faults.add({ method: 'GET', path: '/groups/:gid/receivers', kind: 'body', body: [], times: 2 });
  const creating = action(stage, { newReceivers: 'unconfirmed' });
  await Promise.all(
    waiting.map(async (email) => creating.run({ data: person(email, { firstName: 'Ina', categories: ['vip'] }) })),
  );
  stage.sandbox.faults.clear();
  for (const email of waiting) {
    expect(isActive(email)).toBe(email === 'ina7@example.org');
    expect(valuesOf(stored(email))).toMatchObject({ firstname: 'Ina' });
    expect(tagsOf(stored(email))).toEqual(['vip']);
  }

  // a new receiver that has to confirm, by a form and by a flow, whichever the account has
  const { optInForms, flowScope } = stage.sandbox.switches;
  const [formId, flowId] = [account.addForm({ groupId: stage.group }).id, account.addFlow({ groupId: stage.group }).id];
  const formIds = { both: [formId, flowId], forms: [formId], flows: [flowId] }[optInForms].map(String);
  for (const [index, doiFormId] of formIds.entries()) {
    const email = `ole${index}@example.org`;
    const scopes = ['groups', 'receivers', 'attributes', doiFormId === flowId ? flowScope : 'forms'];
    const inviting = action(stage, {
      ...{ newReceivers: 'unconfirmed', doiFormId },
      key: stage.sandbox.issueToken({ scopes }).access_token,
    });
    for (const name of ['client_id', 'client_secret']) Reflect.deleteProperty(inviting.cfg, name);
    await inviting.run({ data: person(email) });
    expect(isActive(email)).toBe(false);
    expect(stored(email)).toMatchObject({ activated: 0, deactivated: 0 });
  }
  expect(account.mails.map(({ formId: id }) => id)).toEqual(formIds);

  // an address that changes, and two requests to delete
  const metadata = { oihUid: 'u', recordUid: id };
  await step.run({ metadata, data: person('nina@example.org') });
  expect(isActive('nina@example.org')).toBe(true);
  expect(String(stored('nina@example.org')?.['id'])).toBe(id);
  expect(stored('nele@example.org')).toBeUndefined();
  for (let round = 0; round < 2; round += 1) {
    await step.run({ metadata, data: { deleteRequested: true } });
    expect(step.sent[0]?.data).toMatchObject({ delete: 'confirmed' });
    expect(account.receiver(stage.group, id)).toBeUndefined();
  }

  // what cannot be done is said, and costs the messages that come at the same time nothing
  account.block('eva@example.org');
  const together = ['uwe', 'eva', 'ida', 'max'].map(async (name) => {
    const { error } = await stage.attempt(action(stage), { data: person(`${name}@example.org`) });
    return error === undefined;
  });
  expect(await Promise.all(together)).toEqual([true, false, true, true]);
  expect(['uwe', 'ida', 'max'].filter((name) => isActive(`${name}@example.org`))).toHaveLength(3);
  await refused({ data: person('eva@example.org') });
  expect(stored('eva@example.org')).toBeUndefined();
  await refused({ data: person('nele@example.org') }, { groupId: '424242' });
  const { access_token: key } = stage.sandbox.issueToken({ scopes: ['groups', 'attributes'] });
  const limited = action(stage, { key }, 'elastic.io');
  for (const name of ['client_id', 'client_secret']) Reflect.deleteProperty(limited.cfg, name);
  const asked = stage.sandbox.requests.length;
  expect((await stage.attempt(limited, { body: { data: person('ute@example.org') } })).error).toBeInstanceOf(
    AuthorisationError,
  );
  expect(stage.sandbox.requests.length - asked).toBeLessThanOrEqual(4);
}

describe.each([{ name: 'the answers with the best support', switches: {} }, ...otherAnswers(defaultSwitches)])(
  'with $name',
  ({ switches }) => {
    it.each([
      ['polls of one group send each receiver, then nothing, then each change once', quickPollOfOneGroup],
      [
        'full reads of all groups send each receiver, then nothing, then what has changed or was deleted',
        fullReadsOfAllGroups,
      ],
      ['the action writes new and different receivers, harms no others, and reports what it cannot do', upserts],
    ] as const)('%s', async (_, behaves) => {
      const stage = await stageWith(switches);
      await behaves(stage);
      note(stage);
      expect(stage.sandbox.hazards).toEqual([]);
    });
  },
);

it('questions that the component never meets were not met', () => {
  expect([...routes].filter((route) => unmetRoutes.some((unmet) => unmet.test(route)))).toEqual([]);
  expect(routes.size).toBeGreaterThan(8);
});
