import { idsIn, idsOf, sentBy, textWith } from '../support/runtimes/expectations';
import { runtimes, useStage } from '../support/runtimes/stage';

const PLAN = { function: 'getReceiversPolling', fields: { pageSize: 25 } } as const;
const PAGES = '/groups/:gid/receivers';

describe.each(runtimes)('a trigger under $name', (runtime) => {
  const stage = useStage();

  it('waits as long as a 429 requests, retries after a 502, and loses nothing', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 100 }).groups;
    account.faults.add({ path: PAGES, after: 1, kind: 'status', status: 429, headers: { 'retry-after': '2' } });
    account.faults.add({ path: PAGES, after: 3, times: 2, kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>' });
    account.faults.add({ path: PAGES, after: 5, kind: 'drop' });
    const step = await stage.step(runtime, account, PLAN);
    const startedAt = Date.now();
    const { data, errors, outcome, log } = await step.tick();
    expect({ outcome, errors }).toEqual({ outcome: 'ack', errors: [] });
    expect(idsOf(data)).toEqual(idsIn(account, group));
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2_000);
    expect(account.faults.pending).toBe(0);
    expect(log.join('\n')).toMatch(/429|no more requests/);
  });

  it('stores its position when it fails, and continues from there', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 100 }).groups;
    // longer than a run waits for one request
    account.faults.add({ path: PAGES, after: 4, kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    const step = await stage.step(runtime, account, PLAN);
    const failed = await step.tick();
    expect(failed.outcome).toBe('reject');
    expect(failed.errors).toEqual([textWith(/503/)]);
    expect(failed.data.length).toBeGreaterThan(0);
    const { data, errors } = await step.tick();
    expect(errors).toEqual([]);
    expect(idsOf([...failed.data, ...data])).toEqual(idsIn(account, group));
  });

  it('reports a record that is too large for a message, and sends the others', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 30 }).groups;
    const [large = ''] = idsIn(account, group);
    account.account.edit(group, large, { attributes: { store: 'x'.repeat(60_000) } });
    const step = await stage.step(runtime, account, {
      function: 'getReceiversPolling',
      fields: { skipTransformation: true },
      env: { ELASTICIO_OUTGOING_MESSAGE_SIZE_LIMIT: '50000' },
    });
    const { data, errors, outcome } = await step.tick();
    expect(outcome).toBe('reject');
    expect(errors).toEqual([textWith(new RegExp(`receiver ${large} .*too large`))]);
    expect(idsOf(data)).toEqual(idsIn(account, group).filter((id) => id !== large));

    account.account.edit(group, large, { attributes: { store: 'Altona' } });
    const next = await step.tick();
    expect(next).toMatchObject({ outcome: 'ack', errors: [] });
    expect(sentBy(next)).toEqual({ errors: [], ids: [large] });
  });

  it('reports a record whose mapping throws and one whose mapping never ends, and sends the others', async () => {
    const account = await stage.account();
    const [group = ''] = account.seed({ receivers: 30 }).groups;
    const [throwing = '', endless = ''] = idsIn(account, group);
    const customMapping = `(
      $forever := function() { $forever() };
      data.id = "${throwing}" ? $error("no name") : data.id = "${endless}" ? $forever() :
      { "metadata": metadata, "data": { "mail": data.email } }
    )`;
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields: { customMapping } });
    const { data, errors, outcome } = await step.tick();
    expect(outcome).toBe('reject');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^2 of 30 receivers could not be sent/);
    expect(errors[0]).toMatch(new RegExp(`receiver ${throwing} of group ${group}: .*no name`));
    expect(errors[0]).toContain(`receiver ${endless} of group ${group}: `);
    expect(idsOf(data)).toEqual(idsIn(account, group).filter((id) => ![throwing, endless].includes(id)));
    expect(data[0]?.data).toEqual({ mail: textWith('@') });

    // they are tried again
    expect((await step.tick()).errors[0]).toMatch(/^2 of 30 receivers could not be sent/);
  });

  it('refuses a mapping that cannot be parsed before anything is read', async () => {
    const account = await stage.account();
    account.seed({ receivers: 5 });
    const fields = { customMapping: '{ "metadata": metadata, ' };
    const step = await stage.step(runtime, account, { function: 'getReceiversPolling', fields });
    const { data, errors } = await step.tick();
    expect(errors).toEqual([textWith(/customMapping/)]);
    expect(data).toEqual([]);
    expect(account.requests).toEqual([]);
  });
});
