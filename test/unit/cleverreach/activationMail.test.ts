import { isFlowId, mailSource, mayOptIn } from '../../../lib/cleverreach/activationMail';

const FLOW = '3f2b8c1e-5d4a-4e7b-9a60-1c2d3e4f5a6b';

describe('the id of what sends a double-opt-in mail', () => {
  it.each([FLOW, FLOW.toUpperCase()])('is that of a flow if it is a UUID: %s', (id) => {
    expect(isFlowId(id)).toBe(true);
    expect(mailSource(id)).toBe(`flow ${id}`);
  });

  it.each(['301', '', FLOW.slice(1), `${FLOW}0`, FLOW.replaceAll('-', '')])('is that of a form otherwise: %j', (id) => {
    expect(isFlowId(id)).toBe(false);
  });

  it('is hashed in a text if it may be personal data', () => {
    expect(mailSource('301')).toBe('form 301');
    expect(mailSource('jo@example.org')).toMatch(/^form sha256:[\da-f]{12}$/);
  });
});

describe('a flow', () => {
  it.each(['unsubscribe', 'Unsubscription', 'opt-out', 'double_optout', 'optOut', 'deactivate', 'doo', 'Abmeldung'])(
    'sends no double-opt-in mail if its playbook is %j',
    (playbook) => {
      expect(mayOptIn({ playbook })).toBe(false);
    },
  );

  it.each(['', 'subscribe', 'doubleoptin', 'doi', 'activate', 'voodoo'])(
    'may send one if its playbook is %j',
    (playbook) => {
      expect(mayOptIn({ playbook })).toBe(true);
    },
  );
});
