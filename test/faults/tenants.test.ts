/** One process serves many tenants, like a global component of OIH; no data of one tenant may reach another. */

import { process as upsert } from '../../lib/actions/upsertReceiver';
import { process as pollAll } from '../../lib/triggers/getReceiversPolling';
import { openAccount, type Account } from '../../lib/account';
import { systemClock } from '../../lib/utils/clock';
import { customMapping } from '../../lib/mapping/customMapping';
import { NOW } from '../support/account';
import { recordingLogger } from '../support/http';
import { FakeRuntime } from '../support/runtime';
import { credentialOf, startTenants, type Tenants } from '../support/tenants';

const NAMES = ['alpha', 'beta'] as const;
type Name = (typeof NAMES)[number];
const GROUP = 77;

let tenants: Tenants;

beforeEach(async () => {
  tenants = await startTenants(NAMES);
  process.env['CLEVERREACH_URL'] = tenants.url;
});

afterEach(async () => {
  jest.restoreAllMocks();
  await tenants.close();
});

/**
 * Both accounts have groups with the same ids and names, and receivers with the same ids; all other values contain the
 * name of the tenant.
 */
function fill(name: Name): void {
  const { account } = tenants.of(name);
  account.addGroup('Newsletter', { id: GROUP });
  account.addGroup(`Only ${name}`);
  account.addAttribute({ name: `code_${name}` });
  for (let index = 0; index < 8; index += 1) {
    account.addReceiver(String(GROUP), {
      email: `p${index}@${name}.example`,
      registered: NOW - 1000 - index,
      global_attributes: { [`code_${name}`]: `${name} ${index}` },
    });
  }
}

const triggerOf = (name: Name, fields: Record<string, unknown>): FakeRuntime =>
  new FakeRuntime('oih', pollAll, { pageSize: 3, ...fields, ...credentialOf(name) });
const actionOf = (name: Name, fields: Record<string, unknown> = {}): FakeRuntime =>
  new FakeRuntime('oih', upsert, {
    groupName: 'Newsletter',
    skipTransformation: true,
    ...fields,
    ...credentialOf(name),
  });

/** Everything that a step has shown. */
const shown = (step: FakeRuntime): string => JSON.stringify([step.emitted, step.snapshot, step.log]);

/** A clock that only the test moves. */
function heldClock(): { advance(ms: number): void } {
  let passed = 0;
  const [now, elapsed] = [systemClock.now(), systemClock.elapsed()];
  jest.spyOn(systemClock, 'now').mockImplementation(() => now + passed);
  jest.spyOn(systemClock, 'elapsed').mockImplementation(() => elapsed + passed);
  return {
    advance: (ms) => {
      passed += ms;
    },
  };
}

describe('two tenants in one process, with groups of the same ids and names', () => {
  it('poll and write concurrently, each with its own token, and without data of the other', async () => {
    NAMES.forEach(fill);
    const other = { alpha: 'beta', beta: 'alpha' } as const;
    const steps = NAMES.map((name) => ({
      name,
      polls: [
        triggerOf(name, { skipTransformation: true }),
        triggerOf(name, { customMapping: `{"metadata": metadata, "data": {"of": "${name}", "mail": data.email}}` }),
      ],
      write: actionOf(name),
      fail: actionOf(name, { groupName: 'Nowhere' }),
    }));
    const everything: Record<Name, string> = { alpha: '', beta: '' };
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        steps.map(async ({ name, polls, write, fail }) => {
          const data = {
            email: `w${round}@${name}.example`,
            global_attributes: { [`code_${name}`]: `${name} ${round}` },
          };
          await Promise.all([
            fail.run({ metadata: {}, data }),
            write.run({ metadata: {}, data }),
            ...polls.map((step) => step.run()),
          ]);
          expect(shown(fail)).toContain(`Only ${name}`);
          for (const step of [...polls, write, fail]) everything[name] += shown(step);
        }),
      );
    }
    for (const name of NAMES) {
      expect(everything[name]).toContain(name);
      expect(everything[name]).not.toContain(other[name]);
      const account = JSON.stringify(tenants.of(name).account.receivers(String(GROUP)));
      expect(account).toContain(`w3@${name}.example`);
      expect(account).not.toContain(other[name]);
      expect(JSON.stringify(tenants.of(name).requests)).not.toContain(other[name]);
    }
    // one token each, and no request with an unknown token
    expect(tenants.grants.toSorted()).toEqual(['alpha', 'beta']);
  });

  it('have the same mapping evaluated without data of the other', async () => {
    NAMES.forEach(fill);
    const mapping = '($last := data.email; {"metadata": metadata, "data": {"mail": $last}})';
    const [alpha, beta] = NAMES.map((name) => triggerOf(name, { customMapping: mapping }));
    await Promise.all([alpha?.run(), beta?.run()]);
    expect(alpha?.sent.filter(({ data }) => !String(data['mail']).endsWith('@alpha.example'))).toEqual([]);
    expect(beta?.sent.filter(({ data }) => !String(data['mail']).endsWith('@beta.example'))).toEqual([]);
    expect([alpha?.ids.length, beta?.ids.length]).toEqual([8, 8]);
  });

  it('fetch groups and attributes once per tenant and minute', async () => {
    NAMES.forEach(fill);
    const clock = heldClock();
    const definitions = (name: Name): string[] =>
      tenants
        .of(name)
        .requests.map(({ path }) => path)
        .filter((path) => /^\/v3\/(groups|attributes|groups\/\d+\/attributes)$/.test(path))
        .toSorted();
    const once = ['/v3/attributes', '/v3/groups', `/v3/groups/${GROUP}/attributes`];
    const writeSome = async (): Promise<void> => {
      for (const name of NAMES) {
        tenants.of(name).forgetRequests();
        for (let index = 0; index < 3; index += 1)
          await actionOf(name).run({
            metadata: {},
            data: {
              email: `n${systemClock.now()}${index}@${name}.example`,
              global_attributes: { [`code_${name}`]: 'x' },
            },
          });
      }
    };
    await writeSome();
    expect(NAMES.map(definitions)).toEqual([once, once]);
    clock.advance(59_000);
    await writeSome();
    expect(NAMES.map(definitions)).toEqual([[], []]);
    clock.advance(2_000);
    await writeSome();
    expect(NAMES.map(definitions)).toEqual([once, once]);
  });
});

describe('thousands of tenants in turn', () => {
  const open = (id: string): Account => {
    const logger = recordingLogger();
    const context = { emit: () => Promise.resolve(), logger };
    return openAccount({ context, cfg: credentialOf(id) }, { logger, budgetSeconds: 1 });
  };

  it('are cached, with their tokens, only if they were used recently, and the others are opened again', async () => {
    fill('alpha');
    const first = open('alpha');
    await first.api.groups();
    expect(open('alpha').cache).toBe(first.cache);
    for (let index = 0; index < 2_000; index += 1) open(`tenant-${index}`);
    const recent = open('tenant-1999');
    expect(open('tenant-1999').cache).toBe(recent.cache);
    expect(open('alpha').cache).not.toBe(first.cache);
    await open('alpha').api.groups();
    expect(tenants.grants).toEqual(['alpha', 'alpha']);
  });

  it('are evicted an hour after their last use', () => {
    const clock = heldClock();
    const { cache } = open('alpha');
    clock.advance(3_599_000);
    open('beta');
    expect(open('alpha').cache).toBe(cache);
    clock.advance(3_601_000);
    open('beta');
    expect(open('alpha').cache).not.toBe(cache);
  });

  it('with thousands of mappings have a hundred of them cached', () => {
    const text = (index: number): string => `{"data": {"n": ${index}}}`;
    const first = customMapping(text(0));
    expect(customMapping(text(0))).toBe(first);
    for (let index = 1; index <= 1_000; index += 1) customMapping(text(index));
    expect(customMapping(text(0))).not.toBe(first);
    const last = customMapping(text(1_000));
    expect(customMapping(text(1_000))).toBe(last);
  });
});
