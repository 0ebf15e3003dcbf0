import { oneRecordPerReceiver, matchExisting } from '../../../../lib/upsert/resolve/matchExisting';
import type { Candidate } from '../../../../lib/upsert/plan/candidate';
import { receiver } from '../../../support/receiver';
import { row } from '../../../support/upsert/records';

const candidate = (position: number, email: string | undefined, ownId?: string): Candidate => ({
  position,
  name: `no. ${position}`,
  row: row(email === undefined ? {} : { email }),
  notices: [],
  newReceivers: 'active',
  ...(ownId !== undefined && { ownId }),
});

const mia = receiver('1', { email: ' Mia@Example.org ' });
const bo = receiver('2', { email: 'bo@example.org' });

/** A group with these receivers, and what was asked of it. */
function group(): { api: Parameters<typeof matchExisting>[0]; asked: unknown[] } {
  const asked: unknown[] = [];
  const those = (isMeant: (one: typeof mia) => boolean) => Promise.resolve([mia, bo].filter(isMeant));
  return {
    asked,
    api: {
      receiversByIds: (_group, ids) => {
        asked.push(['ids', ...ids]);
        return those(({ id }) => ids.includes(id));
      },
      receiversByEmails: (_group, emails) => {
        asked.push(['addresses', ...emails]);
        return those(({ email }) => emails.includes(email.trim().toLowerCase()));
      },
    },
  };
}

const storedFor = async (...candidates: Candidate[]) => {
  const { api, asked } = group();
  const meant = await matchExisting(api, '9', candidates);
  expect(meant.map((one) => one.candidate)).toEqual(candidates);
  return { asked, stored: meant.map((one) => one.stored?.id) };
};

describe('the receiver that matches a record', () => {
  it('is the one with our id, and then the address is not looked up', async () => {
    expect(await storedFor(candidate(0, 'new@example.org', '2'))).toEqual({ asked: [['ids', '2']], stored: ['2'] });
  });

  it('is the one with the address if there is no CleverReach id or it no longer exists', async () => {
    expect(await storedFor(candidate(0, 'mia@example.org'))).toEqual({
      asked: [['addresses', 'mia@example.org']],
      stored: ['1'],
    });
    expect(await storedFor(candidate(0, 'bo@example.org', '77'), candidate(1, undefined, '1'))).toEqual({
      asked: [
        ['ids', '77', '1'],
        ['addresses', 'bo@example.org'],
      ],
      stored: ['2', '1'],
    });
  });

  it('is undefined if neither is known or neither exists', async () => {
    expect(await storedFor(candidate(0, undefined, '77'))).toEqual({ asked: [['ids', '77']], stored: [undefined] });
    expect(await storedFor(candidate(0, 'no@example.org'))).toEqual({
      asked: [['addresses', 'no@example.org']],
      stored: [undefined],
    });
  });
});

describe('if the group has an address in several spellings', () => {
  const ascii = receiver('70001', { email: 'jo@xn--mller-kva.de' });
  const unicode = receiver('70000', { email: 'jo@m\u00fcller.de' });
  const meantBy = async (one: Candidate, inGroup = [unicode, ascii]) => {
    const asked: string[] = [];
    const [match] = await matchExisting(
      {
        receiversByIds: (_group, ids) => Promise.resolve(inGroup.filter(({ id }) => ids.includes(id))),
        receiversByEmails: (_group, emails) => {
          asked.push(...emails);
          return Promise.resolve(emails.length > 0 ? inGroup : []);
        },
      },
      '9',
      [one],
    );
    return { stored: match?.stored?.id, others: match?.others?.map(({ id }) => id), asked };
  };
  const spelt = (givenEmail: string, members: Partial<Candidate> = {}): Candidate => {
    const email = 'jo@xn--mller-kva.de';
    const given = givenEmail === email ? {} : { givenEmail };
    return { ...candidate(0, undefined), row: row({ email, ...given }), ...members };
  };

  it('a record means the one with its spelling, and the others are named, in whichever order they were found', async () => {
    for (const inGroup of [
      [unicode, ascii],
      [ascii, unicode],
    ]) {
      expect(await meantBy(spelt('jo@m\u00fcller.de'), inGroup)).toMatchObject({ stored: '70000', others: ['70001'] });
      expect(await meantBy(spelt('jo@xn--mller-kva.de'), inGroup)).toMatchObject({
        stored: '70001',
        others: ['70000'],
      });
      expect(await meantBy(spelt('Jo@M\u00dcLLER.de'), inGroup)).toMatchObject({ stored: '70000', others: ['70001'] });
    }
  });

  it('an opt-out by id looks up the others too', async () => {
    const optOut = { ownId: '70000', optOut: 'here' } as const;
    expect(await meantBy(spelt('jo@m\u00fcller.de', optOut))).toMatchObject({ stored: '70000', others: ['70001'] });
    expect(await meantBy({ ...candidate(0, 'new@example.org', '70000'), optOut: 'here' })).toEqual({
      stored: '70000',
      others: ['70001'],
      asked: ['jo@m\u00fcller.de'],
    });
    expect(await meantBy({ ...candidate(0, 'bo@example.org', '2'), optOut: 'here' }, [bo])).toMatchObject({
      asked: ['bo@example.org'],
    });
    expect(await meantBy(spelt('jo@m\u00fcller.de', { ownId: '70000' }))).toMatchObject({ stored: '70000', asked: [] });
  });
});

describe('records about the same receiver', () => {
  const divided = (...all: Parameters<typeof oneRecordPerReceiver>[0]) => {
    const { now, later } = oneRecordPerReceiver(all);
    return [now.map((one) => one.candidate.position), later.map(({ position }) => position)];
  };
  const meant = (one: Candidate, stored?: typeof mia) => ({ candidate: one, stored });

  it.each([
    ['both give its id', [candidate(0, 'a@example.org', '5'), candidate(1, 'b@example.org', '5')]],
    ['both give its address', [candidate(0, 'a@example.org', '5'), candidate(1, 'a@example.org', '6')]],
    ['both give nothing but its id', [candidate(0, undefined, '5'), candidate(1, undefined, '5')]],
  ])('wait for each other if %s', (_how, [first, second]) => {
    if (!first || !second) throw new Error('two candidates');
    expect(divided(meant(first), meant(second))).toEqual([[0], [1]]);
  });

  it('wait for each other if one has its stored address and the other its id', () => {
    expect(divided(meant(candidate(0, 'new@example.org', '1'), mia), meant(candidate(1, 'mia@example.org')))).toEqual([
      [0],
      [1],
    ]);
    expect(divided(meant(candidate(0, 'mia@example.org'), mia), meant(candidate(1, 'x@example.org', '1')))).toEqual([
      [0],
      [1],
    ]);
  });

  it('do not wait for other records, with an address or without', () => {
    const others = [
      meant(candidate(0, 'mia@example.org'), mia),
      meant(candidate(1, undefined, '6')),
      meant(candidate(2, undefined, '2'), bo),
      meant(candidate(3, 'b@example.org', '5')),
      meant(candidate(4, 'c@example.org')),
    ];
    expect(divided(...others)).toEqual([[0, 1, 2, 3, 4], []]);
  });
});

describe('an id that the group does not show', () => {
  const divided = (...all: Candidate[]) => {
    const { now, later } = oneRecordPerReceiver(all.map((one) => ({ candidate: one, stored: undefined })));
    return [now.map((one) => one.candidate.position), later.map(({ position }) => position)];
  };

  it.each([undefined, 'b@example.org'])('waits for an earlier record that may create its receiver (%s)', (email) => {
    expect(divided(candidate(0, 'a@example.org'), candidate(1, email, '5'))).toEqual([[0], [1]]);
    expect(divided(candidate(0, 'a@example.org', '6'), candidate(1, email, '5'))).toEqual([[0], [1]]);
  });

  it('does not wait if no receiver is created', () => {
    const skipped: Candidate = { ...candidate(0, 'a@example.org'), newReceivers: 'skip' };
    expect(divided(skipped, candidate(1, undefined, '5'))).toEqual([[0, 1], []]);
  });

  it('is not overtaken by a later record that may create its receiver, while it waits', () => {
    const all = [candidate(0, 'a@example.org'), candidate(1, undefined, '5'), candidate(2, 'c@example.org')];
    expect(divided(...all)).toEqual([[0], [1, 2]]);
  });

  it('waits once for all records without an id if there are many, as in a copy of another group', () => {
    const copies = [1, 2, 3, 4, 5, 6].map((id) => candidate(id, `${id}@example.org`, String(10 + id)));
    expect(divided(...copies)).toEqual([[1, 2, 3, 4, 5, 6], []]);
    expect(divided(candidate(0, 'a@example.org'), ...copies, candidate(7, 'c@example.org'))).toEqual([
      [0, 7],
      [1, 2, 3, 4, 5, 6],
    ]);
  });
});
