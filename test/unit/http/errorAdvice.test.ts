import { permissionAdvice, withoutAdvice } from '../../../lib/http/errorAdvice';

describe('the advice about a missing permission', () => {
  it.each([
    ['GET /v3/groups', 'receivers and groups'],
    ['GET /v3/attributes', 'receivers and groups'],
    ['POST /v3/receivers/filter', 'receivers and groups'],
    ['GET /v3/groups/17/forms', 'forms ("forms" or "oa_forms")'],
    ['POST /v3/forms/4/send/activate', 'forms ("forms" or "oa_forms")'],
    ['GET /flow/flow', 'flows ("oa_flows")'],
    ['GET /v3/groups/17/blacklist/…', 'block list'],
  ])('names the scope of %s, and is removed as a whole', (what, scope) => {
    const text = permissionAdvice(what);
    expect(text).toContain(`check the scopes of the OAuth app (needed here: ${scope}), and whether`);
    expect(withoutAdvice(`CleverReach does not allow ${what} (403). ${text}`)).toBe(
      `CleverReach does not allow ${what} (403).`,
    );
  });

  it('names no scope where none is known', () => {
    expect(permissionAdvice('GET /v3/debug/whoami')).toContain('check the scopes of the OAuth app, and whether');
  });
});
