/** Whoever has left stays so, whoever is new becomes what the step says, whichever way the open questions of the API go. */

import {
  AuthorisationError,
  ConfigurationError,
  RecordError,
  RejectedError,
  TemporaryError,
  type ComponentError,
} from '../../../lib/utils/errors';
import type { Switches } from '../../../sandbox';
import {
  DAY,
  errorOf,
  kinds,
  LIST,
  NOW,
  receiverOf,
  UPSERT,
  useBench,
  type Bench,
  type Settings,
} from '../../support/upsert/bench';
import { record } from '../../support/upsert/records';

const start = useBench();
const EMAIL = 'mia@example.org';
const NEW = ['active', 'unconfirmed', 'skip'] as const;

const states: Record<string, (bench: Bench) => void> = {
  active: (bench) => {
    add(bench, {});
  },
  unsubscribed: (bench) => {
    add(bench, {});
    bench.sandbox.account.unsubscribe(bench.group, EMAIL);
  },
  bounced: (bench) => {
    add(bench, {});
    bench.sandbox.account.bounce(bench.group, EMAIL);
  },
  waiting: (bench) => {
    add(bench, { activated: 0 });
  },
  'waiting since a moment ago': (bench) => {
    add(bench, { activated: 0, registered: NOW - 5 });
  },
  inactive: (bench) => {
    add(bench, { deactivated: NOW - DAY });
  },
};

function add({ sandbox, group }: Bench, stamps: Record<string, number>): void {
  sandbox.account.addReceiver(group, { email: EMAIL, registered: NOW - 9 * DAY, tags: ['theirs'], ...stamps });
}

const stampsOf = (bench: Bench) => {
  const { active, registered, activated, deactivated, bounced } = bench.stored(EMAIL) ?? {};
  return { active, registered, activated, deactivated, bounced };
};

const existing = Object.keys(states).flatMap((state) => NEW.map((newReceivers) => ({ state, newReceivers })));

describe.each<Partial<Switches>>([
  {},
  { stampsOmitted: 'waiting', deactivatedZero: 'ignored', upsertplusTags: false },
  { activatedOverridesUnsubscribe: true, putTags: 'add', emailCase: 'lowered', arrayOfOne: 'unwrapped' },
])('with the responses %j', (switches) => {
  it.each(existing)('a receiver that is $state keeps the state when new ones are set to $newReceivers', async (one) => {
    const bench = await start(switches);
    states[one.state]?.(bench);
    const before = stampsOf(bench);
    bench.later(30);
    const row = {
      ...{ email: EMAIL, global_attributes: { firstname: 'Mia' }, tags: ['ours'] },
      ...{
        active: true,
        activated: NOW,
        registered: NOW,
        deactivated: 0,
        bounced: 0,
        source: 'x',
        orders: [],
        id: '1',
      },
    };
    const result = await bench.one(record(row), { newReceivers: one.newReceivers });
    expect(result).toMatchObject({ kind: 'updated', receiver: { global_attributes: { firstname: 'Mia' } } });
    expect(receiverOf(result).tags).toEqual(['theirs', 'ours']);
    expect(stampsOf(bench)).toEqual(before);
    const [[sent = {}] = []] = bench.batches();
    expect(Object.keys(sent).sort()).toEqual(['email', 'global_attributes', 'tags']);
    expect(bench.sandbox.account.mails).toEqual([]);
    expect(bench.lines.error).toEqual([]);
  });

  it.each([
    ['active', { kind: 'created', receiver: { active: true, activated: NOW } }],
    ['unconfirmed', { kind: 'created', receiver: { active: false, activated: 0, registered: NOW, deactivated: 0 } }],
    ['skip', { kind: 'skipped' }],
  ] as const)('a new receiver is treated according to %s', async (newReceivers, expected) => {
    const bench = await start(switches);
    const row = { email: EMAIL, global_attributes: { firstname: 'Mia' }, tags: ['a', '-theirs'] };
    const result = await bench.one(record(row), { newReceivers });
    expect(result).toMatchObject(expected);
    expect(bench.sandbox.account.size(bench.group)).toBe(newReceivers === 'skip' ? 0 : 1);
    const { receiver } = { receiver: undefined, ...result };
    expect(receiver?.active).toBe(bench.stored(EMAIL)?.['active']);
    expect(receiver?.tags).toEqual(newReceivers === 'skip' ? undefined : ['a']);
  });
});

/** Nobody is seen by the look-up, as if they came right after it. */
const overlook = ({ sandbox }: Bench): void => {
  sandbox.faults.add({ kind: 'body', body: [], path: LIST, method: 'GET' });
};

describe('a new receiver that is to be active', () => {
  it('is created with timestamps if it arrives alone, by a plain create, which refuses an existing receiver', async () => {
    const bench = await start();
    await bench.one(record({ email: EMAIL }));
    expect(bench.creates()).toEqual([{ email: EMAIL, registered: NOW, activated: NOW }]);
    expect(bench.batches()).toEqual([]);
  });

  it('is created without timestamps if it arrives with others: the first one alone, to observe its state', async () => {
    const bench = await start();
    const emails = ['a@example.org', 'b@example.org', 'c@example.org'];
    expect(kinds(await bench.write(emails.map((email) => record({ email }))))).toEqual([
      'created',
      'created',
      'created',
    ]);
    expect(bench.creates()).toEqual([{ email: 'a@example.org' }]);
    expect(bench.batches()).toEqual([[{ email: 'b@example.org' }, { email: 'c@example.org' }]]);
  });

  it('is active if CleverReach makes receivers without timestamps wait, alone and with others', async () => {
    const bench = await start({ stampsOmitted: 'waiting' });
    const results = await bench.write(['a', 'b', 'c'].map((name) => record({ email: `${name}@example.org` })));
    for (const result of results) expect(result).toMatchObject({ kind: 'created', receiver: { active: true } });
    expect(bench.sandbox.count({ method: 'PUT', path: /\/activate$/ })).toBe(1);
    expect(bench.batches()).toEqual([]);
    expect(await bench.one(record({ email: EMAIL }))).toMatchObject({ kind: 'created', receiver: { active: true } });
    expect(bench.sandbox.count({ method: 'PUT', path: /\/activate$/ })).toBe(1);
  });

  const waits = (bench: Bench): void => {
    expect(bench.stored(EMAIL)).toMatchObject({ active: false, activated: 0, deactivated: 0 });
  };
  it.each([
    ['is refused', { kind: 'status', status: 403 }],
    ['fails in the server or a proxy', { kind: 'status', status: 503 }],
    ['is answered with a page of a proxy', { kind: 'html' }],
    ['is cut off', { kind: 'drop' }],
  ] as const)(
    'is reported with its state and advice if its activation %s, and is not activated when the record is redelivered',
    async (_, fault) => {
      const bench = await start({ stampsOmitted: 'waiting' });
      bench.sandbox.faults.add({ ...fault, path: /\/activate$/, times: 100 });
      const records = [record({ email: EMAIL }), record({ email: 'jo@example.org' })];
      const [first, second] = await bench.write(records);
      const error = errorOf(first);
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toMatch(
        /Receiver \d+ was created in group \d+ but could not be activated; it is in the group as inactive\. Sending the record again does not activate it\. Activate it in CleverReach, or delete it there and then send the record again\. CleverReach /,
      );
      expect(error.message).not.toContain('temporary');
      expect(bench.lines.error.join()).toContain('it is in the group as inactive');
      expect(receiverOf(second)).toMatchObject({ active: true });
      waits(bench);

      bench.sandbox.faults.clear();
      expect(kinds(await bench.write(records))).toEqual(['unchanged', 'unchanged']);
      waits(bench);
    },
  );

  it('is active if its activation was carried out and only the responses were lost', async () => {
    const bench = await start({ stampsOmitted: 'waiting' });
    bench.sandbox.faults.add({ kind: 'drop', applied: true, path: /\/activate$/, times: 100 });
    const results = await bench.write([record({ email: EMAIL }), record({ email: 'jo@example.org' })]);
    for (const result of results) expect(result).toMatchObject({ kind: 'created', receiver: { active: true } });
  });

  it('stays unsubscribed if it unsubscribes after an activation whose response is lost', async () => {
    const bench = await start({ stampsOmitted: 'waiting' });
    bench.sandbox.faults.add({ kind: 'drop', applied: true, path: /\/activate$/ });
    const activateReceiver = bench.api.activateReceiver.bind(bench.api);
    bench.api.activateReceiver = async (groupId, id) => {
      await activateReceiver(groupId, id).finally(() => {
        bench.sandbox.account.unsubscribe(groupId, EMAIL);
      });
    };
    const [first] = await bench.write([record({ email: EMAIL }), record({ email: 'jo@example.org' })]);
    expect(receiverOf(first)).toMatchObject({ active: false });
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
    expect(bench.stored(EMAIL)).toMatchObject({ deactivated: expect.any(Number) as number });
    expect(bench.sandbox.count({ method: 'PUT', path: /\/activate$/ })).toBe(1);
  });

  it('is activated after a look at it if an activation fails or is refused for a moment', async () => {
    for (const status of [503, 429, 401]) {
      const bench = await start({ stampsOmitted: 'waiting' });
      bench.sandbox.faults.add({ kind: 'status', status, path: /\/activate$/ });
      const [first] = await bench.write([record({ email: EMAIL }), record({ email: 'jo@example.org' })]);
      expect(receiverOf(first)).toMatchObject({ active: true });
      expect(bench.sandbox.count({ method: 'PUT', path: /\/activate$/ })).toBe(2);
      expect(bench.sandbox.count({ method: 'GET', path: /\/receivers\/\d+$/ })).toBe(1);
    }
  });

  it('is reported with an unknown state if it cannot be read after its activation has failed', async () => {
    const bench = await start({ stampsOmitted: 'waiting' });
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: /\/receivers\/\d+(\/activate)?$/, times: 100 });
    const [first] = await bench.write([record({ email: EMAIL }), record({ email: 'jo@example.org' })]);
    expect(errorOf(first)).toBeInstanceOf(RecordError);
    expect(errorOf(first).message).toContain(
      'but it is unknown whether it was activated. Sending the record again does not activate it. If it is not active, activate it in CleverReach',
    );
  });

  it('is created again on redelivery if it was deleted when its activation failed', async () => {
    const bench = await start({ stampsOmitted: 'waiting' });
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: /\/activate$/, times: 100 });
    bench.sandbox.faults.add({ kind: 'status', status: 404, path: /\/receivers\/\d+$/, times: 100 });
    const records = [record({ email: EMAIL }), record({ email: 'jo@example.org' })];
    const [first] = await bench.write(records);
    expect(errorOf(first)).toBeInstanceOf(TemporaryError);
    expect(errorOf(first).message).toContain('is no longer there');
  });

  const came: [string, string, Record<string, number>][] = [
    ['waits since long', EMAIL, { registered: NOW - DAY, activated: 0 }],
    ['has signed up at a form a moment ago', EMAIL, { registered: NOW, activated: 0 }],
    ['has signed up a moment ago in another spelling', 'Mia@example.org', { registered: NOW - 5, activated: 0 }],
    ['has left a moment ago', EMAIL, { registered: NOW - 5, deactivated: NOW - 1 }],
    ['has bounced a moment ago', EMAIL, { registered: NOW - 5, bounced: NOW - 1 }],
  ];
  it.each(
    came.flatMap((one) =>
      (['active', 'waiting'] as const).flatMap((omitted) => [0, 1, 3].map((at) => [...one, omitted, at] as const)),
    ),
  )(
    'is not activated when the look-up missed a receiver that %s (%s, %j, without timestamps %s, record no. %d of four)',
    async (_who, email, stamps, stampsOmitted, at) => {
      const bench = await start({ stampsOmitted });
      bench.sandbox.account.addReceiver(bench.group, { email, ...stamps });
      const others = ['a', 'b', 'c'].map((name) => record({ email: `${name}@example.org` }));
      overlook(bench);
      const results = await bench.write([
        ...others.slice(0, at),
        record({ email: EMAIL, tags: ['a'] }),
        ...others.slice(at),
      ]);
      expect(kinds(results)).toEqual(results.map((__, index) => (index === at ? 'updated' : 'created')));
      expect(bench.stored(EMAIL)).toMatchObject({ active: false, ...stamps, tags: ['a'] });
      for (const { kind, receiver } of results as { kind: string; receiver: { active: boolean } }[]) {
        expect(receiver.active).toBe(kind === 'created');
      }
      overlook(bench);
      await bench.one(record({ email: EMAIL, tags: ['b'] }));
      expect(bench.stored(EMAIL)).toMatchObject({ active: false, ...stamps, tags: ['a', 'b'] });
    },
  );

  it('that was added in the meantime and waits is reported to stay so', async () => {
    const bench = await start();
    bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, activated: 0 });
    overlook(bench);
    await bench.write([record({ email: 'a@example.org' }), record({ email: EMAIL })]);
    expect(bench.lines.warn).toEqual([
      expect.stringMatching(
        /^Receiver \d+ of group \d+ was to be created as active but is not active: .* does not change its state\.$/,
      ),
    ]);
  });

  it('is written without timestamps if CleverReach refuses it as a duplicate that the group does not show', async () => {
    const bench = await start();
    const duplicate = { error: { code: 400, message: 'Bad Request: duplicate address' } };
    bench.sandbox.faults.add({ kind: 'status', status: 400, body: duplicate, path: LIST, method: 'POST' });
    expect(await bench.one(record({ email: EMAIL }))).toMatchObject({ kind: 'created', receiver: { active: true } });
    expect(bench.batches()).toEqual([[{ email: EMAIL }]]);
  });

  it('is written with the others when three single creates were inconclusive', async () => {
    const bench = await start();
    const body = { error: { code: 400, message: 'Bad Request: invalid address' } };
    bench.sandbox.faults.add({ kind: 'status', status: 400, body, path: LIST, method: 'POST', times: Infinity });
    const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => record({ email: `${name}@example.org` }));
    expect(kinds(await bench.write(rows))).toEqual(['failed', 'failed', 'failed', 'created', 'created']);
    expect(bench.creates()).toHaveLength(3);
  });

  it('is not changed if it existed and has unsubscribed, even if the look-up missed it', async () => {
    const bench = await start();
    states['unsubscribed']?.(bench);
    overlook(bench);
    await bench.one(record({ email: EMAIL, global_attributes: { firstname: 'Mia' } }));
    expect(bench.stored(EMAIL)).toMatchObject({ active: false, global_attributes: { firstname: 'Mia' } });
  });
});

describe('a new receiver whose record contains its state in another form', () => {
  it.each<[string, Record<string, unknown>]>([
    ['subscription', { subscription: 'unsubscribed' }],
    ['subscription', { subscription: false }],
    ['subscriptions', { subscriptions: [{ status: 'unsubscribed' }] }],
    ['consent', { consent: { given: false } }],
    ['newsletter', { newsletter: {} }],
    ['abgemeldetAm', { abgemeldetAm: '2024-01-01' }],
    ['hasOptedOut', { hasOptedOut: 1 }],
    ['Zustand', { Zustand: 'gesperrt' }],
  ])('is not made active, and the log and a dry run name "%s": %j', async (name, says) => {
    const bench = await start();
    // as with "skipTransformation"
    const one = record({ email: EMAIL, ...says }, {}, { email: EMAIL, ...says });
    const preview = await bench.one(one, { dryRun: true });
    expect(preview).toMatchObject({ preview: { wouldDo: 'create', state: 'unconfirmed' } });
    expect(JSON.stringify(preview)).toContain(`\\"${name}\\"`);
    expect(await bench.one(one)).toMatchObject({ kind: 'created', receiver: { active: false } });
    expect(bench.lines.info.join()).toContain(`"${name}"`);
  });
});

describe('a new receiver that has to confirm', () => {
  const unconfirmed = (bench: Bench, more: Settings = {}) => {
    const form = bench.sandbox.account.addForm({ groupId: bench.group });
    return { newReceivers: 'unconfirmed', doiFormId: String(form.id), ...more } as const;
  };

  it('is created as waiting and gets the mail of the form', async () => {
    const bench = await start();
    const settings = unconfirmed(bench);
    expect(await bench.one(record({ email: EMAIL }), settings)).toMatchObject({ receiver: { active: false } });
    const [mail] = bench.sandbox.account.mails;
    expect(mail).toMatchObject({ kind: 'activate', formId: settings.doiFormId, email: EMAIL });
    expect(Object.values(mail?.doidata ?? {}).every((value) => typeof value === 'string' && value !== '')).toBe(true);
    expect(bench.batches()).toEqual([]);
  });

  it('gets the mail of its form if there are other forms', async () => {
    const bench = await start();
    bench.sandbox.account.addForm({ groupId: bench.group });
    const settings = unconfirmed(bench);
    bench.sandbox.account.addForm({ groupId: bench.group });
    expect(await bench.one(record({ email: EMAIL }), settings)).toMatchObject({ kind: 'created' });
    expect(bench.sandbox.account.mails).toMatchObject([{ formId: settings.doiFormId, email: EMAIL }]);
  });

  it('gets no mail without a form', async () => {
    const bench = await start();
    await bench.one(record({ email: EMAIL }), { newReceivers: 'unconfirmed' });
    expect(bench.sandbox.account.mails).toEqual([]);
  });

  it('includes the circumstances of its consent, with blank ones replaced', async () => {
    const bench = await start();
    const doidata = { user_ip: '203.0.113.9', referer: ' ', user_agent: 'Firefox', other: 'x' };
    await bench.one(record({ email: EMAIL, doidata }), unconfirmed(bench));
    const [mail] = bench.sandbox.account.mails;
    expect(mail?.doidata).toMatchObject({ user_ip: '203.0.113.9', user_agent: 'Firefox' });
    expect(mail?.doidata['referer']).toMatch(/\S/);
    expect(mail?.doidata).not.toHaveProperty('other');
  });

  it.each([
    [{ kind: 'status', status: 503 }, 'may not have been sent'],
    [{ kind: 'drop', applied: true }, 'may not have been sent'],
    [{ kind: 'status', status: 422 }, 'was not sent'],
  ] as const)('is reported as created, with what is known about its mail, after %j', async (fault, fate) => {
    const bench = await start();
    const settings = unconfirmed(bench);
    bench.sandbox.faults.add({ ...fault, path: /\/send\/activate$/ });
    const error = errorOf(await bench.one(record({ email: EMAIL }), settings));
    expect(error).toBeInstanceOf(RecordError);
    expect(error.temporary).toBe(false);
    expect(error.message).toMatch(/Receiver \d+ was created .* mail of form \d+ .*send it from CleverReach/s);
    expect(error.message).toContain(` ${fate}. `);
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
  });

  it.each([400, 409] as const)('is treated as existing when the create is refused (%s)', async (duplicateStatus) => {
    const bench = await start({ duplicateStatus });
    states['unsubscribed']?.(bench);
    overlook(bench);
    const row = { email: EMAIL, global_attributes: { firstname: 'Mia' } };
    expect(await bench.one(record(row), unconfirmed(bench))).toMatchObject({
      kind: 'updated',
      receiver: { active: false, global_attributes: { firstname: 'Mia' } },
    });
    expect(bench.sandbox.account.mails).toEqual([]);
    expect(bench.batches()).toEqual([[row]]);
  });

  it('is not created active when it is refused as a duplicate that is not visible', async () => {
    const bench = await start();
    const duplicate = { error: { code: 400, message: 'Bad Request: duplicate address' } };
    bench.sandbox.faults.add({ kind: 'status', status: 400, body: duplicate, path: LIST, method: 'POST' });
    expect(errorOf(await bench.one(record({ email: EMAIL }), unconfirmed(bench))).message).toMatch(
      /does not contain this address/,
    );
    expect(bench.sandbox.account.size(bench.group)).toBe(0);
  });

  it('that is refused for another reason stays refused, without a look-up', async () => {
    const bench = await start();
    const body = { error: { code: 400, message: 'Bad Request: invalid address' } };
    bench.sandbox.faults.add({ kind: 'status', status: 400, body, path: LIST, method: 'POST' });
    const error = errorOf(await bench.one(record({ email: EMAIL }), unconfirmed(bench)));
    expect(error).toBeInstanceOf(RejectedError);
    expect(error.message).not.toMatch(/does not show it/);
    expect(bench.sandbox.count({ path: /\/receivers\/mia/, method: 'GET' })).toBe(0);
    expect(bench.asked().at(-1)).toMatch(/^POST/);
  });

  it('gets its mail when the response to the create was lost', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'drop', applied: true, path: LIST, method: 'POST' });
    expect(await bench.one(record({ email: EMAIL }), unconfirmed(bench))).toMatchObject({ kind: 'created' });
    expect(bench.sandbox.account.mails).toHaveLength(1);
    expect(bench.sandbox.count({ path: LIST, method: 'POST' })).toBe(1);
  });

  it('is redelivered when the create itself failed temporarily', async () => {
    const bench = await start();
    const settings = unconfirmed(bench);
    bench.sandbox.faults.add({ kind: 'drop', path: LIST, method: 'POST' });
    expect(errorOf(await bench.one(record({ email: EMAIL }), settings))).toBeInstanceOf(TemporaryError);
    expect(await bench.one(record({ email: EMAIL }), settings)).toMatchObject({ kind: 'created' });
    expect(bench.sandbox.account.mails).toHaveLength(1);
  });

  it.each([false, true])('is not created for the mail of a missing form (dry run: %s)', async (dryRun) => {
    const bench = await start();
    const { doiFormId } = unconfirmed(bench);
    bench.sandbox.account.addReceiver(bench.group, { email: 'jo@example.org' });
    const rows = [record({ email: EMAIL }), record({ email: 'jo@example.org', tags: ['a'] })];
    const results = await bench.write(rows, { ...unconfirmed(bench), doiFormId: '4711', dryRun });
    expect(kinds(results)).toEqual(['failed', dryRun ? 'dryRun' : 'updated']);
    const error = errorOf(results[0]);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(
      new RegExp(
        `no form with the id 4711 \\(field "doiFormId"\\).*The forms of group "Newsletter" .*\\(${doiFormId}\\)`,
      ),
    );
    expect(bench.sandbox.count({ method: 'POST', path: LIST })).toBe(0);
    expect(bench.stored(EMAIL)).toBeUndefined();
  });

  it('causes no request for forms if no receiver is new or none is to be invited', async () => {
    const bench = await start();
    const settings = unconfirmed(bench);
    bench.sandbox.account.addReceiver(bench.group, { email: 'jo@example.org' });
    const rows = [record({ email: EMAIL }, {}, { active: false }), record({ email: 'jo@example.org', tags: ['a'] })];
    expect(kinds(await bench.write(rows, settings))).toEqual(['created', 'updated']);
    expect(bench.sandbox.count({ path: /\/forms$/ })).toBe(0);
  });

  it.each([
    [400, ConfigurationError],
    [401, AuthorisationError],
    [403, AuthorisationError],
    [405, ConfigurationError],
  ])('is not created if the request for forms is refused with %s, nor in a dry run', async (status, type) => {
    const bench = await start();
    const settings = unconfirmed(bench);
    bench.sandbox.account.addReceiver(bench.group, { email: 'jo@example.org' });
    const rows = [record({ email: EMAIL }), record({ email: 'jo@example.org', tags: ['a'] })];
    bench.sandbox.faults.add({ kind: 'status', status, path: /\/v3\/forms$/, times: 9 });
    for (const dryRun of [true, false]) {
      const results = await bench.write(rows, { ...settings, dryRun });
      expect(kinds(results)).toEqual(['failed', dryRun ? 'dryRun' : 'updated']);
      expect(errorOf(results[0])).toBeInstanceOf(type);
      expect(errorOf(results[0]).message).toMatch(
        /does not let this app read the forms.*form \d+ \(field "doiFormId"\).*No receiver was created\. Tick the scope for forms.*or leave "doiFormId" empty/,
      );
    }
    expect(bench.stored(EMAIL)).toBeUndefined();
    expect(bench.sandbox.account.mails).toEqual([]);
  });

  it('is not created while CleverReach cannot return the forms, and is redelivered', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'status', status: 503, path: /\/forms$/, times: 9 });
    expect(errorOf(await bench.one(record({ email: EMAIL }), unconfirmed(bench)))).toBeInstanceOf(TemporaryError);
    expect(bench.stored(EMAIL)).toBeUndefined();
  });

  it.each(['strings', 'numbers'] as const)(
    'is not created for a form of another group (ids as %s), nor in a dry run',
    async (ids) => {
      const bench = await start({ ids });
      const press = bench.sandbox.account.addGroup('Press');
      const { id: other } = bench.sandbox.account.addForm({ groupId: press, name: 'Of the press' });
      const rows = Array.from({ length: 3 }, (_, index) => {
        bench.sandbox.account.addReceiver(press, { email: `p${index}@example.org` });
        return record({ email: `p${index}@example.org` });
      });
      const foreign = { newReceivers: 'unconfirmed', doiFormId: String(other) } as const;
      for (const more of [{}, { dryRun: true }]) {
        for (const result of await bench.write(rows, { ...foreign, ...more })) {
          expect(errorOf(result)).toBeInstanceOf(ConfigurationError);
          expect(errorOf(result).message).toMatch(
            /form \d+ \(field "doiFormId"\) belongs to group "Press" \(\d+\), not to group "Newsletter" \(\d+\).*This group has no form/,
          );
        }
      }
      expect(bench.sandbox.account.size(bench.group)).toBe(0);
      expect(bench.sandbox.account.mails).toEqual([]);
      bench.later(61);
      const own = unconfirmed(bench);
      expect(errorOf(await bench.one(record({ email: EMAIL }), foreign)).message).toContain(
        `The forms of this group: "Form" (${own.doiFormId}).`,
      );
      expect(await bench.one(record({ email: EMAIL }), own)).toMatchObject({ kind: 'created' });
    },
  );

  describe('for a form without a group in its data', () => {
    const silent = async (members: object = {}, formGroup?: string) => {
      const bench = await start();
      const other = bench.sandbox.account.addGroup('Press');
      const { id } = bench.sandbox.account.addForm({ groupId: formGroup === 'other' ? other : bench.group });
      bench.sandbox.faults.add({ kind: 'body', body: [{ id, name: 'x', ...members }], path: /\/v3\/forms$/ });
      return { bench, settings: { newReceivers: 'unconfirmed', doiFormId: String(id) } as const };
    };
    const isRefused = async ({ bench, settings }: Awaited<ReturnType<typeof silent>>) => {
      const errors: ComponentError[] = [];
      for (const dryRun of [true, false])
        errors.push(errorOf(await bench.one(record({ email: EMAIL }), { ...settings, dryRun })));
      expect(bench.stored(EMAIL)).toBeUndefined();
      expect(bench.sandbox.account.mails).toEqual([]);
      return errors;
    };

    it.each([{}, { customer_tables_id: null }, { customer_tables_id: '' }, { customer_tables_id: 0 }])(
      'is created if the group lists the form (%j)',
      async (members) => {
        const { bench, settings } = await silent(members);
        expect(await bench.one(record({ email: EMAIL }), settings)).toMatchObject({ kind: 'created' });
        expect(bench.sandbox.account.mails).toHaveLength(1);
      },
    );

    it('is not created if the group does not list it', async () => {
      for (const error of await isRefused(await silent({}, 'other'))) {
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(error.message).toMatch(/does not belong to group "Newsletter" \(\d+\).*This group has no form/);
      }
    });

    it('is not created if the list of the group shows it with another group', async () => {
      const setup = await silent();
      const body = [{ id: setup.settings.doiFormId, name: 'x', customer_tables_id: '999' }];
      setup.bench.sandbox.faults.add({ kind: 'body', body, path: /\/groups\/\d+\/forms$/ });
      for (const error of await isRefused(setup))
        expect(error.message).toMatch(/does not belong to group "Newsletter"/);
    });

    it.each([
      [403, AuthorisationError],
      [404, ConfigurationError],
      [503, TemporaryError],
    ])('is not created if the list of the group fails with %s', async (status, type) => {
      const setup = await silent();
      setup.bench.sandbox.faults.add({ kind: 'status', status, path: /\/groups\/\d+\/forms$/, times: Infinity });
      for (const error of await isRefused(setup)) expect(error).toBeInstanceOf(type);
    });
  });

  it('is not created if CleverReach lists no forms', async () => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'body', body: [], path: /\/forms$/ });
    const error = errorOf(await bench.one(record({ email: EMAIL }), unconfirmed(bench)));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(
      /There is no form with the id \d+ .*CleverReach lists no forms\. If the account has flows instead/,
    );
    expect(bench.stored(EMAIL)).toBeUndefined();
  });

  it('is reported without a mail if CleverReach treats it as already active although it waits', async () => {
    const bench = await start();
    const press = bench.sandbox.account.addGroup('Press');
    bench.sandbox.account.addReceiver(press, { email: EMAIL });
    const { id } = bench.sandbox.account.addForm({ groupId: press });
    const listed = [{ id, name: 'x', customer_tables_id: bench.group }];
    bench.sandbox.faults.add({ kind: 'body', body: listed, path: /\/forms$/ });
    const error = errorOf(
      await bench.one(record({ email: EMAIL }), { newReceivers: 'unconfirmed', doiFormId: String(id) }),
    );
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(
      /was created .* waits .* was not sent.* already active: the form may belong to another group/s,
    );
    expect(bench.sandbox.account.mails).toEqual([]);
  });

  it('that was confirmed in the back end before its mail gets no mail', async () => {
    const bench = await start();
    const settings = unconfirmed(bench);
    const send = bench.api.sendActivationMail.bind(bench.api);
    bench.api.sendActivationMail = async (...mail) => {
      bench.sandbox.account.confirm(bench.group, EMAIL);
      return await send(...mail);
    };
    expect(await bench.one(record({ email: EMAIL }), settings)).toMatchObject({
      kind: 'created',
      receiver: { active: true },
    });
    expect(bench.sandbox.account.mails).toEqual([]);
  });

  const bare = { error: { code: 403, message: 'Forbidden' } };
  it('whose address is blocked is refused for that reason, and not for a missing permission', async () => {
    const bench = await start();
    bench.sandbox.account.block(EMAIL);
    for (const settings of [unconfirmed(bench), {}]) {
      const error = errorOf(await bench.one(record({ email: EMAIL }), settings));
      expect(error).toBeInstanceOf(RejectedError);
      expect(error.message).toMatch(/refuses the e-mail address of the record/);
    }
  });

  it.each([
    [403, true],
    [401, false],
  ])(
    'whose mail is refused with a bare %s is not redelivered, because a retry would not send it',
    async (status, isAboutAddress) => {
      const bench = await start();
      const body = { error: { code: status, message: 'No' } };
      bench.sandbox.faults.add({ kind: 'status', status, body, path: /\/send\/activate$/, times: 9 });
      const error = errorOf(await bench.one(record({ email: EMAIL }), unconfirmed(bench)));
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toContain('Sending the record again does not send the mail');
      expect(/treat it as spam/.test(error.message)).toBe(isAboutAddress);
    },
  );

  it.each([
    ['record alone where others were accepted', 1, bare, RecordError],
    ['account where all are refused', 3, bare, AuthorisationError],
    [
      'account where it says so',
      1,
      { error: { code: 403, message: 'Forbidden: contact limit reached' } },
      AuthorisationError,
    ],
  ])('that is refused with a 403 is a problem of the %s', async (_, times, body, type) => {
    const bench = await start();
    bench.sandbox.faults.add({ kind: 'status', status: 403, body, path: LIST, method: 'POST', times });
    const results = await bench.write(
      ['a', 'b', 'c'].map((name) => record({ email: `${name}@example.org` })),
      { newReceivers: 'unconfirmed' },
    );
    expect(kinds(results).filter((kind) => kind === 'failed')).toHaveLength(times);
    expect(errorOf(results[0])).toBeInstanceOf(type);
  });

  it('does not affect the others if its form does not exist', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'jo@example.org' });
    const rows = [record({ email: EMAIL }), record({ email: 'jo@example.org', tags: ['a'] })];
    const results = await bench.write(rows, { newReceivers: 'unconfirmed', doiFormId: '4711' });
    expect(kinds(results)).toEqual(['failed', 'updated']);
    expect(errorOf(results[0])).toBeInstanceOf(ConfigurationError);
    expect(receiverOf(results[1]).id).toBe(id);
  });
});

it('a write that has reactivated a receiver is reported as an error, with id and group', async () => {
  const bench = await start();
  states['unsubscribed']?.(bench);
  const row = { ...bench.stored(EMAIL), active: true };
  bench.sandbox.faults.add({ kind: 'body', body: [row], path: UPSERT });
  await bench.one(record({ email: EMAIL, tags: ['a'] }));
  expect(bench.lines.error).toEqual([expect.stringMatching(/^Receiver \d+ of group \d+ was not active/)]);
});

describe('a receiver that is deleted between its look-up and its write', () => {
  /** The sandbox gives the answer before the removal to the look-up, so the write comes after it. */
  const setup = async (
    before: object,
    settings: Settings,
    entry: Record<string, unknown> = {},
    switches: Partial<Switches> = {},
  ) => {
    const bench = await start(switches);
    const seen = { email: EMAIL, registered: NOW - DAY, activated: NOW - DAY, ...before };
    bench.sandbox.account.addReceiver(bench.group, seen);
    const row = bench.stored(EMAIL);
    bench.sandbox.account.remove(bench.group, EMAIL);
    bench.sandbox.faults.add({ kind: 'body', body: [row], path: LIST, method: 'GET' });
    const change = record({ email: EMAIL, global_attributes: { firstname: 'Mia' } }, {}, entry);
    await bench.one(change, settings);
    return bench;
  };
  const message =
    /^Receiver \d+ of group \d+ was removed during the write, and CleverReach created it again as active\. Remove or deactivate it/;

  it.each<[string, object, Settings, Record<string, unknown>]>([
    ['the step creates no active receivers (skip)', {}, { newReceivers: 'skip' }, {}],
    ['the step creates no active receivers (unconfirmed)', {}, { newReceivers: 'unconfirmed' }, {}],
    ['the record is not active', {}, {}, { active: false }],
    ['it had unsubscribed', { deactivated: NOW - 9 }, {}, {}],
  ])('is reported as an error when it is created again as active: %s', async (_why, before, settings, entry) => {
    for (const upsertplusTags of [true, false]) {
      const bench = await setup(before, settings, entry, { upsertplusTags });
      expect(bench.stored(EMAIL)).toMatchObject({ active: true });
      expect(bench.lines.error).toEqual([expect.stringMatching(message)]);
      expect(bench.sandbox.count({ method: 'DELETE' }) + bench.sandbox.count({ method: 'PUT' })).toBe(0);
    }
  });

  it('is not an error if the step creates active receivers', async () => {
    const bench = await setup({}, {});
    expect(bench.stored(EMAIL)).toMatchObject({ active: true });
    expect(bench.lines.error).toEqual([]);
  });

  it('is not an error if it waits afterwards', async () => {
    const bench = await setup({}, { newReceivers: 'skip' }, {}, { stampsOmitted: 'waiting' });
    expect(bench.stored(EMAIL)).toMatchObject({ active: false });
    expect(bench.lines.error).toEqual([]);
  });
});

it('a receiver that is only updated is not reported as created again', async () => {
  const bench = await start();
  bench.sandbox.account.addReceiver(bench.group, { email: EMAIL, registered: NOW - DAY, activated: NOW - DAY });
  await bench.one(record({ email: EMAIL, tags: ['a'] }), { newReceivers: 'skip' });
  const row = { ...bench.stored(EMAIL), registered: 0 };
  bench.sandbox.faults.add({ kind: 'body', body: [row], path: UPSERT });
  await bench.one(record({ email: EMAIL, tags: ['b'] }), { newReceivers: 'skip' });
  expect(bench.lines.error).toEqual([]);
});
