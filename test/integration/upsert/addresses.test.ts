/** One person is one receiver, however an address is spelt and stored, and nobody is taken for another person. */

import { RecordError, TemporaryError } from '../../../lib/utils/errors';
import type { Switches } from '../../../sandbox';
import { DAY, errorOf, kinds, LIST, linking, NOW, UPSERT, useBench, type Bench } from '../../support/upsert/bench';
import { ours, record } from '../../support/upsert/records';

const start = useBench();
const NEW = ['active', 'unconfirmed'] as const;
const GET_ONE = /\/groups\/\d+\/receivers\/[^/]+$/;

/** How the address is stored, and how a record spells it. */
const spellings: readonly [stored: string, given: string][] = [
  ['mia@example.org', '\u200bmia@example.org'],
  ['mia@example.org', 'mi\u00ada@exa\u2060mple.org\ufeff'],
  ['mia@example.org', 'mailto:Mia@example.org?subject=Hi'],
  ['mia@example.org', 'Mia <mia@example.org>'],
  ['mia@example.org', 'mia@example.org.'],
  ['mi\u200ba@example.org', 'mi\u200ba@example.org'],
  ['josé@example.org', 'jose\u0301@example.org'],
  ['jose\u0301@example.org', 'José@example.org'],
  ['info@müller.example', 'info@xn--mller-kva.example'],
  ['info@xn--mller-kva.example', 'Info@MÜLLER.example'],
  ['info@mu\u0308ller.example', 'info@müller.example'],
  ['jose\u0301@müller.example', 'josé@xn--mller-kva.example'],
];

const DOMAINS: readonly Switches['emailDomain'][] = ['kept', 'ascii', 'unicode'];

const receivers = ({ sandbox, group }: Bench) => sandbox.account.receivers(group);

function unsubscribed(bench: Bench, email: string): string {
  const id = bench.sandbox.account.addReceiver(bench.group, { email, registered: NOW - 9 * DAY });
  bench.sandbox.account.unsubscribe(bench.group, id);
  return id;
}

const request = (entry: Record<string, unknown>) => record({}, {}, { deleteRequested: true, ...entry });

describe.each(DOMAINS)('with domains stored as %s, a receiver', (emailDomain) => {
  it.each(spellings.flatMap(([stored, given]) => NEW.map((newReceivers) => ({ stored, given, newReceivers }))))(
    'that has unsubscribed is updated and not duplicated: $stored, spelled $given ($newReceivers)',
    async ({ stored, given, newReceivers }) => {
      const bench = await start({ emailDomain });
      const id = unsubscribed(bench, stored);
      const one = record({ email: given, global_attributes: { firstname: 'Mia' } });
      expect(await bench.one(one, { newReceivers })).toMatchObject({ kind: 'updated', receiver: { id } });
      expect(receivers(bench)).toMatchObject([{ id, active: false, global_attributes: { firstname: 'Mia' } }]);
      expect(await bench.one(one, { newReceivers })).toMatchObject({ kind: 'unchanged', receiver: { id } });
    },
  );

  it.each(spellings)(
    'that has unsubscribed is deleted if the request is confirmed: %j, spelled %j',
    async (stored, given) => {
      const bench = await start({ emailDomain });
      const recordUid = unsubscribed(bench, stored);
      const result = await bench.one(request({ email: given }), { deletes: true });
      expect(result).toMatchObject({ kind: 'deleted', outcome: 'confirmed', recordUid });
      expect(receivers(bench)).toEqual([]);
    },
  );

  it.each(NEW)('that is new is created once and reported as new (%s)', async (newReceivers) => {
    const bench = await start({ emailDomain });
    const given = [
      'Info@müller.example',
      'info@XN--mller-kva.example',
      'mailto:info@mu\u0308ller.example',
      'José@x.de',
    ];
    const results = await bench.write(
      given.map((email) => record({ email, global_attributes: { firstname: email.slice(0, 4) } })),
      { newReceivers },
    );
    expect(kinds(results)).toEqual(['created', 'updated', 'updated', 'created']);
    expect(receivers(bench)).toHaveLength(2);
  });
});

describe('an address', () => {
  it('is requested in all its forms, with many others in one look-up', async () => {
    const bench = await start();
    const ids = spellings.slice(6).map(([stored]) => stored);
    for (const stored of new Set(ids)) unsubscribed(bench, stored);
    const others = Array.from({ length: 40 }, (_none, index) => record({ email: `p${index}@example.org` }));
    const meant = spellings.slice(6).map(([, given]) => record({ email: given }));
    expect(new Set(kinds(await bench.write([...others, ...meant])).slice(others.length))).toEqual(
      new Set(['unchanged']),
    );
    expect(receivers(bench).filter(({ active }) => active)).toHaveLength(others.length);
  });

  it.each(['mi a@example.org', 'mi\u0000a@example.org', 'ｍia@example.org', 'mia＠example.org', 'bo@x.de <mia@x.de>'])(
    'that is ambiguous is refused, and so is its deletion: %j',
    async (email) => {
      const bench = await start();
      unsubscribed(bench, 'mia@example.org');
      bench.sandbox.forgetRequests();
      const error = errorOf(await bench.one(record({ email }, { recordUid: 'crm-1005' })));
      expect(error).toBeInstanceOf(RecordError);
      expect(error.message).toBe(
        'The e-mail address of the record with the recordUid "crm-1005" is not valid; nothing was written.',
      );
      const contactData = [{ type: 'email', value: 'mia@example.org' }];
      expect(errorOf(await bench.one(request({ email, contactData }), { deletes: true }))).toBeInstanceOf(RecordError);
      expect(bench.asked()).toEqual([]);
      expect(receivers(bench)).toHaveLength(1);
    },
  );

  it.each(['a+b%c/d?e#f&g=h@example.org', 'mi\u0430@example.org', 'a_{b}~|c@example.org'])(
    'with unusual characters is created, found and deleted: %s',
    async (email) => {
      const bench = await start();
      bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
      expect(kinds([await bench.one(record({ email })), await bench.one(record({ email }))])).toEqual([
        'created',
        'unchanged',
      ]);
      expect(await bench.one(request({ email }), { deletes: true })).toMatchObject({ outcome: 'confirmed' });
      expect(receivers(bench)).toMatchObject([{ email: 'mia@example.org' }]);
    },
  );

  it.each([
    ['info@müller.example', 'info@xn--mller-kva.example'],
    ['josé@example.org', 'jose\u0301@example.org'],
  ])('stored in two forms is deleted in both: %s', async (...forms) => {
    const bench = await start();
    for (const email of forms) bench.sandbox.account.addReceiver(bench.group, { email });
    expect(await bench.one(request({ email: forms[0] }), { deletes: true })).toMatchObject({ outcome: 'confirmed' });
    expect(receivers(bench)).toEqual([]);
  });

  it('stored in two forms is not reported as deleted while one of them exists', async () => {
    const bench = await start();
    const [first = '', second = ''] = ['info@müller.example', 'info@xn--mller-kva.example'].map((email) =>
      bench.sandbox.account.addReceiver(bench.group, { email }),
    );
    bench.sandbox.faults.add({
      kind: 'status',
      status: 403,
      method: 'DELETE',
      path: new RegExp(`${second}|${first}`),
      after: 1,
    });
    const deletes = { deletes: true };
    const error = errorOf(await bench.one(request({ email: 'info@müller.example' }), deletes));
    expect(error.name).toBe('AuthorisationError');
    bench.sandbox.faults.clear();
    expect(await bench.one(request({ email: 'info@müller.example' }), deletes)).toMatchObject({ outcome: 'confirmed' });
  });

  const BY_PATH = /^\/v3\/receivers\/[^/]+$/;
  const TWO_FORMS = { email: 'gil@xn--mnchen-3ya.example' };

  it.each([
    [400, 'gil@münchen.example'],
    [403, 'gil@münchen.example'],
    // CleverReach decodes the path before it reads it
    [404, 'gil+1@münchen.example'],
    [404, 'gil/1@münchen.example'],
    [404, 'gil.json@münchen.example'],
  ])('is searched in the groups if the look-up in the account is answered with %i (%s)', async (status, email) => {
    const bench = await start();
    const other = bench.sandbox.account.addGroup('Other');
    const id = bench.sandbox.account.addReceiver(other, { email });
    const body = { error: { code: status, message: 'No' } };
    bench.sandbox.faults.add({ kind: 'status', status, body, method: 'GET', path: BY_PATH, times: Infinity });
    const given = record({ email: email.replace('münchen', 'xn--mnchen-3ya') });
    expect(await bench.one(given, { dryRun: true })).toMatchObject({ preview: { receiver: { email } } });
    expect(await bench.one(given)).toMatchObject({ kind: 'created', receiver: { id, email } });
    expect(bench.lines.warn).toEqual([]);
  });

  it('is searched in the groups before a change, if the look-up in the account would not find it', async () => {
    const bench = await start();
    const other = bench.sandbox.account.addGroup('Other');
    bench.sandbox.account.addReceiver(other, { email: 'gil+1@example.org' });
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'old@example.org' });
    const body = { error: { code: 404, message: 'No' } };
    bench.sandbox.faults.add({
      kind: 'status',
      status: 404,
      body,
      method: 'GET',
      path: /receivers\/gil/,
      times: Infinity,
    });
    const error = errorOf(await bench.one(ours(id, { email: 'gil+1@example.org' }), linking));
    expect(error.message).toContain('another receiver of the account already has it');
  });

  it.each([400, 403])(
    'that cannot be searched in the account (%i) is created, and the log and a dry run say so',
    async (status) => {
      const bench = await start();
      const other = bench.sandbox.account.addGroup('Other');
      const body = { error: { code: status, message: 'No' } };
      const refused = { kind: 'status', status, body, method: 'GET', times: Infinity } as const;
      bench.sandbox.faults.add({ ...refused, path: BY_PATH });
      bench.sandbox.faults.add({ ...refused, path: new RegExp(`/groups/${other}/receivers`) });
      const warning = 'The account could not be searched for the address of a new receiver.';
      const foreseen = await bench.one(record(TWO_FORMS), { dryRun: true });
      expect(foreseen).toMatchObject({ preview: { wouldDo: 'create' } });
      expect(JSON.stringify(foreseen)).toContain(warning);
      await bench.write([record(TWO_FORMS), record({ email: 'ann@münchen.example' })]);
      expect(bench.lines.warn).toEqual([expect.stringContaining(warning)]);
      expect(bench.stored(TWO_FORMS.email)).toBeDefined();
    },
  );

  it('fails its record if the look-up in the account is answered with 401', async () => {
    const bench = await start();
    const body = { error: { code: 401, message: 'No' } };
    bench.sandbox.faults.add({ kind: 'status', status: 401, body, method: 'GET', path: BY_PATH, times: Infinity });
    for (const dryRun of [true, false]) {
      const [first, second] = await bench.write([record(TWO_FORMS), record(TWO_FORMS)], { dryRun });
      for (const result of [first, second]) expect(errorOf(result).name).toBe('AuthorisationError');
    }
    expect(bench.sandbox.account.receivers(bench.group)).toEqual([]);
  });

  it('in another form is not a change of address, and one that another receiver has in another form is taken', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'info@müller.example' });
    expect(kinds([await bench.one(ours(id, { email: 'info@xn--mller-kva.example' }), linking)])).toEqual(['unchanged']);
    const mia = bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    const error = errorOf(await bench.one(ours(mia, { email: 'info@xn--mller-kva.example' }), linking));
    expect(error.message).toMatch(/another receiver of the account already has it/);
    expect(bench.sandbox.count({ method: 'PUT' })).toBe(0);
    expect(kinds([await bench.one(ours(mia, { email: 'mia@müller.example' }), linking)])).toEqual(['moved']);
  });

  it.each([200, 404, 400])(
    'of an unsubscribed receiver of another group is taken in any form (account answers %s)',
    async (status) => {
      for (const [stored, given] of [...spellings, ['jose\u0301,b@example.org', '"José,b"@example.org'] as const]) {
        const bench = await start();
        const { account, faults } = bench.sandbox;
        const other = account.addGroup('Other');
        account.unsubscribe(other, account.addReceiver(other, { email: stored }));
        const id = account.addReceiver(bench.group, { email: 'old@example.org' });
        const path = /^\/v3\/receivers\/[^/]+$/;
        if (status === 404) faults.add({ kind: 'status', status, path, times: Infinity });
        const sent = ours(id, { email: given, global_attributes: { firstname: 'Mia' } });
        const results = [];
        for (const dryRun of [true, false]) {
          // one form of several that the account does not take as a path
          if (status === 400) faults.add({ kind: 'status', status, path });
          results.push(errorOf(await bench.one(sent, { ...linking, dryRun })));
        }
        const [result, error] = results;
        expect(error).toEqual(result);
        expect(error).toBeInstanceOf(RecordError);
        expect(error?.message).toMatch(/another receiver of the account already has it; nothing was written\. Delete/);
        expect(bench.stored(id)).toMatchObject({ email: 'old@example.org', global_attributes: { firstname: '' } });
        expect(bench.sandbox.count({ method: 'PUT' })).toBe(0);
      }
    },
  );

  it.each(['active', 'unconfirmed'] as const)(
    'of a receiver of another group is written in its stored spelling (%s)',
    async (newReceivers) => {
      for (const [stored, given] of [
        ['jörg@müller.example', 'Jörg@xn--mller-kva.example'],
        ['jörg@xn--mller-kva.example', 'jörg@müller.example'],
        ['jo\u0308rg@example.org', 'jörg@example.org'],
      ] as const) {
        const bench = await start();
        const { account } = bench.sandbox;
        const other = account.addGroup('Other');
        const id = account.addReceiver(other, { email: stored, global_attributes: { firstname: 'Jo' } });
        const results = await bench.write([record({ email: given }), record({ email: 'new@example.org' })], {
          newReceivers,
        });
        expect(results).toMatchObject([
          { kind: 'created', receiver: { id, email: stored } },
          { kind: 'created', receiver: { email: 'new@example.org' } },
        ]);
        // an address with one form costs no look-up
        expect(bench.sandbox.count({ method: 'GET', path: /^\/v3\/receivers\/new/ })).toBe(0);
      }
    },
  );

  it('that is new to the account is created in its canonical form, even if the account cannot be read', async () => {
    for (const status of [404, 403, 400] as const) {
      const bench = await start();
      bench.sandbox.faults.add({ kind: 'status', status, path: /^\/v3\/receivers\/[^/]+$/, times: Infinity });
      const result = await bench.one(record({ email: 'jörg@müller.example' }));
      expect(result).toMatchObject({ kind: 'created', receiver: { email: 'jörg@xn--mller-kva.example' } });
    }
  });

  it('that no receiver has is searched in each group only if the account does not show addresses', async () => {
    for (const isShown of [true, false]) {
      const bench = await start();
      const { account, faults } = bench.sandbox;
      account.addGroup('Other');
      const id = account.addReceiver(bench.group, { email: 'old@example.org' });
      if (!isShown)
        faults.add({ kind: 'status', status: 404, path: /^\/v3\/receivers\/[^/]+$/, method: 'GET', times: Infinity });
      bench.sandbox.forgetRequests();
      expect(kinds([await bench.one(ours(id, { email: 'new@example.org' }), linking)])).toEqual(['moved']);
      const lists = bench.sandbox.requests.filter(({ query }) => 'email_list' in query);
      expect(lists).toHaveLength(isShown ? 0 : 2);
    }
  });

  it('gets its mail as it is stored', async () => {
    const bench = await start({ emailDomain: 'unicode' });
    const { id: form } = bench.sandbox.account.addForm({ groupId: bench.group });
    const settings = { newReceivers: 'unconfirmed', doiFormId: String(form) } as const;
    await bench.one(record({ email: 'info@xn--mller-kva.example' }), settings);
    expect(bench.sandbox.account.mails).toHaveLength(1);
  });

  it('that a create refuses is found in another form', async () => {
    const bench = await start();
    const id = unsubscribed(bench, 'info@müller.example');
    bench.sandbox.faults.add({ kind: 'body', body: [], path: LIST, method: 'GET' });
    const body = { error: { code: 400, message: 'Bad Request: duplicate address' } };
    bench.sandbox.faults.add({ kind: 'status', status: 400, body, path: LIST, method: 'POST' });
    const result = await bench.one(record({ email: 'info@xn--mller-kva.example' }), { newReceivers: 'unconfirmed' });
    expect(result).toMatchObject({ kind: 'unchanged', receiver: { id, active: false } });
  });
});

it('a deletion finds the address in the spelling of the request if look-ups are case-sensitive', async () => {
  const bench = await start({ emailLookup: 'sensitive' });
  bench.sandbox.account.addReceiver(bench.group, { email: 'Mia@Example.org' });
  expect(await bench.one(request({ email: 'Mia@Example.org' }), { deletes: true })).toMatchObject({
    outcome: 'confirmed',
  });
  expect(receivers(bench)).toEqual([]);
});

describe('an empty response', () => {
  const empty = { kind: 'status', status: 200, body: '', method: 'GET', times: Infinity } as const;

  it('confirms no deletion', async () => {
    const bench = await start();
    bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    bench.sandbox.faults.add({ ...empty, path: LIST });
    bench.sandbox.faults.add({ ...empty, path: GET_ONE });
    const result = await bench.one(request({ email: 'mia@example.org' }), { deletes: true });
    expect(errorOf(result)).toBeInstanceOf(TemporaryError);
    expect(receivers(bench)).toHaveLength(1);
  });

  it('does not duplicate an unsubscribed receiver', async () => {
    const bench = await start();
    unsubscribed(bench, 'info@müller.example');
    bench.sandbox.faults.add({ ...empty, path: LIST });
    expect(errorOf(await bench.one(record({ email: 'info@müller.example' })))).toBeInstanceOf(TemporaryError);
    expect(receivers(bench)).toHaveLength(1);
  });

  it('is not cached as the definitions of a group without attributes', async () => {
    const bench = await start();
    const one = record({ email: 'mia@example.org', attributes: { store: 'Kiel' } });
    bench.sandbox.faults.add({ ...empty, path: /\/groups\/\d+\/attributes$/ });
    expect(errorOf(await bench.one(one))).toBeInstanceOf(TemporaryError);
    bench.sandbox.faults.clear();
    expect(await bench.one(one)).toMatchObject({ receiver: { attributes: { store: 'Kiel' } } });
  });
});

describe('a response about another person', () => {
  const other = { id: '999', email: 'bo@example.org', active: true, tags: [] };

  it('overwrites and deletes no receiver', async () => {
    const bench = await start();
    const bo = bench.sandbox.account.addReceiver(bench.group, { email: 'bo@example.org' });
    const body = [{ ...other, id: bo }];
    bench.sandbox.faults.add({ kind: 'body', body, path: LIST, method: 'GET', times: Infinity });
    bench.sandbox.faults.add({ kind: 'body', body, path: GET_ONE, method: 'GET', times: Infinity });
    const one = { email: 'mia@example.org', global_attributes: { firstname: 'Mia' } };
    await bench.write([record(one)]);
    await bench.write([record(one)], { newReceivers: 'unconfirmed' });
    await bench.write([ours('71', one)], linking);
    const deletion = await bench.one(request({ email: 'mia@example.org' }), { deletes: true });
    expect(errorOf(deletion)).toBeInstanceOf(TemporaryError);
    expect(bench.stored('bo@example.org')).toMatchObject({ id: bo, global_attributes: { firstname: '' } });
    expect(bench.sandbox.count({ method: 'DELETE' })).toBe(0);
  });

  it('confirms no deletion by id either', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    const gone = { error: { code: 404, message: 'Not Found: invalid receiver' } };
    bench.sandbox.faults.add({ kind: 'status', status: 404, body: gone, method: 'DELETE', path: /receivers/ });
    bench.sandbox.faults.add({ kind: 'body', body: [other], path: GET_ONE, method: 'GET' });
    const made = record({}, { recordUid: id, oihUid: 'u' }, { deleteRequested: true });
    expect(errorOf(await bench.one(made, { deletes: true, ...linking }))).toBeInstanceOf(TemporaryError);
  });

  it('is inconclusive, and a record with our id is redelivered instead of creating another receiver', async () => {
    const bench = await start();
    const id = unsubscribed(bench, 'mia@example.org');
    bench.sandbox.faults.add({ kind: 'body', body: [other], path: LIST, method: 'GET' });
    const result = await bench.one(ours(id, { email: 'mia@new.example' }), linking);
    expect(result).toMatchObject({ kind: 'moved', receiver: { id, active: false } });
    expect(receivers(bench)).toHaveLength(1);
  });

  it.each([
    ['with other values', { city: 'Q' }],
    ['alone', {}],
  ])('does not count as an address change, and nothing is created under the new address: %s', async (_, values) => {
    const bench = await start();
    const id = unsubscribed(bench, 'mia@example.org');
    bench.sandbox.faults.add({ kind: 'body', body: true, method: 'PUT', path: /\/email$/ });
    const sent = ours(id, { email: 'mia@new.example', global_attributes: values });
    for (const newReceivers of ['skip', 'active'] as const) {
      const error = errorOf(await bench.one(sent, { ...linking, newReceivers }));
      expect(error).toBeInstanceOf(TemporaryError);
      expect(receivers(bench)).toHaveLength(1);
      bench.sandbox.faults.add({ kind: 'body', body: true, method: 'PUT', path: /\/email$/ });
    }
  });

  it('is ignored in a list with the requested receiver', async () => {
    const bench = await start();
    const id = bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    const body = [other, { ...other, id, email: 'Mia@Example.org' }];
    bench.sandbox.faults.add({ kind: 'body', body, path: LIST, method: 'GET' });
    expect(await bench.one(request({ email: 'mia@example.org' }), { deletes: true })).toMatchObject({
      outcome: 'confirmed',
      recordUid: id,
    });
    expect(receivers(bench)).toEqual([]);
  });

  it('to a write is not treated as the written receiver, and the record is redelivered', async () => {
    const bench = await start();
    const bo = bench.sandbox.account.addReceiver(bench.group, { email: 'bo@example.org' });
    const short = [{ status: 'insert success', id: bo }];
    bench.sandbox.account.addReceiver(bench.group, { email: 'mia@example.org' });
    bench.sandbox.faults.add({ kind: 'body', body: short, path: UPSERT });
    expect(errorOf(await bench.one(record({ email: 'mia@example.org', tags: ['x'] })))).toEqual(
      new TemporaryError(`Record no. 1: CleverReach answered a write with receiver ${bo}, which has another address.`),
    );
    for (const newReceivers of ['active', 'unconfirmed'] as const) {
      bench.sandbox.faults.add({ kind: 'body', body: { ...other, id: bo }, path: LIST, method: 'POST' });
      expect(errorOf(await bench.one(record({ email: 'ute@example.org' }), { newReceivers }))).toBeInstanceOf(
        TemporaryError,
      );
    }
    expect(bench.sandbox.account.mails).toEqual([]);
    expect(receivers(bench).map(({ email }) => email)).toEqual(['bo@example.org', 'mia@example.org']);
  });
});

describe('the address of a delete request', () => {
  const MIA = 'mia@example.org';
  const bo = { type: 'email', value: 'bo@example.org' };

  it.each([
    ['one contact without a list', { type: 'email', value: MIA }],
    ['an object with the keys of a list', { 0: { type: 'email', value: MIA } }],
    ['a list in a list, with gaps', [null, [{ type: 'email', value: MIA }]]],
    ['the primary one by its label', [bo, { type: 'email', value: MIA, label: 'Primary' }]],
    ['the primary one by a flag', [bo, { type: 'email', value: MIA, primary: true }]],
    ['the primary one by another flag', [bo, { type: 'email', value: MIA, primaryContact: 'true' }]],
    [
      'the first where the other is said not to be primary',
      [
        { type: 'email', value: MIA },
        { ...bo, primary: false, description: 'primary' },
      ],
    ],
    ['a link', [{ type: 'email', value: `mailto:${MIA}` }]],
  ])('is found in %s', async (_what, contactData) => {
    const bench = await start();
    for (const email of [MIA, 'bo@example.org']) bench.sandbox.account.addReceiver(bench.group, { email });
    expect(await bench.one(request({ contactData }), { deletes: true })).toMatchObject({ outcome: 'confirmed' });
    expect(receivers(bench)).toMatchObject([{ email: 'bo@example.org' }]);
  });
});
