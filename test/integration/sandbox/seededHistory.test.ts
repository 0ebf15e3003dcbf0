import { SeededHistory } from '../../../sandbox/seededHistory';
import { closeAll, connect, rowsOf, start, type Client } from '../../support/sandbox/client';

afterEach(closeAll);

interface Event {
  stamp: number;
  type: string;
  type_id: string;
  value: string;
  mailing_id: string;
  groups_id: string;
}

async function seeded(events: number, receivers = 200): Promise<Client & { group: string }> {
  const client = await connect();
  const [group = ''] = client.sandbox.seed({ receivers, events }).groups;
  return { ...client, group };
}

async function histories({ get, group }: Client & { group: string }): Promise<Event[][]> {
  const rows = rowsOf(await get(`/groups/${group}/receivers?detail=1&pagesize=500`));
  return rows.map((row) => row['events'] as Event[]);
}

test.each([0, 1, 2, 130, 250])('each seeded receiver has %d events, newest first', async (count) => {
  for (const events of await histories(await seeded(count))) {
    expect(events).toHaveLength(count);
    const stamps = events.map(({ stamp }) => stamp);
    expect(stamps).toEqual([...stamps].sort((a, b) => b - a));
    expect(Math.max(0, ...stamps)).toBeLessThan(start);
  }
});

test('the events are mostly weekly emails, some opened and clicked, and begin with the creation', async () => {
  const all = await histories(await seeded(130));
  for (const events of all) {
    expect(['api', 'log']).toContain(events.at(-1)?.type);
    const sent = events.filter(({ type }) => type === 'mail_send');
    const gaps = sent.slice(1).map(({ stamp }, index) => (sent[index]?.stamp ?? 0) - stamp);
    expect(new Set(gaps)).toEqual(new Set([7 * 86_400]));
    expect(new Set(sent.map(({ mailing_id }) => mailing_id)).size).toBe(sent.length);
    expect(sent.every((event) => event.type_id === event.mailing_id && event.value === '')).toBe(true);
  }
  const shareOf = (wanted: string) => all.flat().filter(({ type }) => type === wanted).length / all.flat().length;
  expect(shareOf('mail_send')).toBeGreaterThan(0.7);
  expect(shareOf('mail_open')).toBeGreaterThan(0.1);
  expect(shareOf('mail_click')).toBeGreaterThan(0.02);
  expect(all.flat().find(({ type }) => type === 'mail_open')?.value).toMatch(/^[\d.]+$/);
});

test('the events lie between the registration and the end of the subscription', async () => {
  const { get, group } = await seeded(60);
  const rows = rowsOf(await get(`/groups/${group}/receivers?detail=1&pagesize=500`));
  for (const row of rows) {
    const events = row['events'] as Event[];
    expect(events.at(-1)?.stamp).toBe(row['registered']);
    const end = Number(row['deactivated']) || Number(row['bounced']) || events[0]?.stamp;
    expect(events[0]?.stamp).toBe(end);
  }
  const ends = rows.map((row) => (row['events'] as Event[])[0]?.type);
  expect(ends).toEqual(expect.arrayContaining(['user_unsubscribe', 'mail_bounce', 'mail_send']));
});

test('a page of 500 has the size of one in an account that has sent newsletters for years', async () => {
  const { sandbox, token, group } = await seeded(130, 500);
  const sizeOf = async (detail: number): Promise<number> => {
    const url = `${sandbox.url}/v3/groups/${group}/receivers?pagesize=500&detail=${detail}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return (await answer.arrayBuffer()).byteLength / 1_000_000;
  };
  expect(await sizeOf(5)).toBeCloseTo(7.5, 0);
  expect(await sizeOf(4)).toBeLessThan(0.35);
});

test('a row without events does not compute them', async () => {
  const { get, sandbox, group } = await seeded(130);
  const compute = jest.spyOn(SeededHistory.prototype, 'eventsAt');
  await get(`/groups/${group}/receivers?detail=6&pagesize=500`);
  sandbox.account.unsubscribe(group, sandbox.account.receivers(group)[0]?.['email'] as string);
  const asked = compute.mock.calls.length;
  await get(`/groups/${group}/receivers?detail=4&pagesize=500`);
  expect([asked, compute.mock.calls.length]).toEqual([200, 200]);
  compute.mockRestore();
});

test('a later write adds its event on top, and an answer holds 250 at most', async () => {
  const client = await seeded(250, 5);
  const { call, sandbox, group } = client;
  const email = String(sandbox.account.receivers(group)[0]?.['email']);
  const [before = []] = await histories(client);
  sandbox.clock.advance(60);
  await call('POST', `/groups/${group}/receivers/upsertplus`, [{ email, tags: ['new'] }]);
  const [after = []] = await histories(client);
  expect(after[0]).toMatchObject({ stamp: start + 60, type: 'api', type_id: 'REST update' });
  expect(after.slice(1)).toEqual(before.slice(0, -1));
});

test('a receiver that leaves a group loses its events there and keeps those of another', async () => {
  const { sandbox, get } = await connect();
  const [first = '', second = ''] = sandbox.seed({ groups: 2, receivers: 10, events: 3 }).groups;
  const id = String(sandbox.account.receivers(first)[0]?.['id']);
  expect((await get(`/receivers/${id}/events`)).body).toHaveLength(6);
  sandbox.account.remove(first, id);
  expect((await get(`/receivers/${id}/events`)).body).toHaveLength(3);
  expect(sandbox.account.receiver(second, id)?.['events']).toHaveLength(3);
});

test.each([-1, 251, 1.5])('%d events are refused', async (events) => {
  const { sandbox } = await connect();
  expect(() => sandbox.seed({ events })).toThrow('events must be a whole number from 0 to 250');
});
