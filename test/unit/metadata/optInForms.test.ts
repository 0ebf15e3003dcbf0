import { optInForms } from '../../../lib/metadata/optInForms';
import type { Flow, Form } from '../../../lib/cleverreach/types';
import { AuthorisationError, NotFoundError, TemporaryError } from '../../../lib/utils/errors';
import { thrownBy } from '../../support/http';

const forms: Form[] = [
  { id: '301', name: ' Sign-up ', groupId: '1' },
  { id: '302', name: 'Press', groupId: '2' },
  { id: '303', name: 'Without a group' },
];
const flows: Flow[] = [
  { id: 'f1', name: 'Flow', groupId: '1', playbook: 'doi' },
  { id: 'f2', name: 'Flow', groupId: '2', playbook: '' },
  { id: 'f3', name: 'Bye', groupId: '1', playbook: 'unsubscribe' },
  { id: 'f4', name: 'Lost', playbook: 'doi' },
];
const groups = [
  { id: '1', name: ' Newsletter ' },
  { id: '2', name: 'Press' },
];
const anyGroup = { id: '', name: '' };

type Api = Parameters<typeof optInForms>[0];
const apiWith = (more: Partial<Api> = {}): Api => ({
  groups: () => Promise.resolve(groups),
  forms: () => Promise.resolve(forms),
  groupForms: (id) =>
    Promise.resolve(
      id === '1'
        ? [
            { id: '301', name: 'Sign-up' },
            { id: '9', name: 'Odd', groupId: '2' },
          ]
        : [],
    ),
  flows: () => Promise.resolve(flows),
  ...more,
});
const refuse = (): Promise<never> => Promise.reject(new AuthorisationError('no', 403));
const idsOf = async (api: Api, group = anyGroup): Promise<string[]> =>
  (await optInForms(api, group)).map(({ id }) => id);

it('all forms and flows are listed with the names of their groups, except for flows that opt out', async () => {
  expect(await optInForms(apiWith(), anyGroup)).toEqual([
    { id: '301', name: 'Sign-up – Newsletter' },
    { id: '302', name: 'Press – Press' },
    { id: '303', name: 'Without a group' },
    { id: 'f1', name: 'Flow – Newsletter' },
    { id: 'f2', name: 'Flow – Press' },
    { id: 'f4', name: 'Lost' },
  ]);
});

it.each([
  [{ id: '1', name: '' }, ['301', 'f1']],
  [{ id: '2', name: 'Newsletter' }, ['f2']],
  [{ id: '', name: 'newsletter' }, ['301', 'f1']],
  [{ id: '', name: 'No such group' }, ['301', '302', '303', 'f1', 'f2', 'f4']],
])('only those of the group of the step are listed: %j', async (group, ids) => {
  expect(await idsOf(apiWith(), group)).toEqual(ids);
});

it('the forms are listed if the flows are refused, and the flows if the forms are', async () => {
  expect(await idsOf(apiWith({ flows: refuse }))).toEqual(['301', '302', '303']);
  expect(await idsOf(apiWith({ forms: () => Promise.reject(new NotFoundError('no')) }))).toEqual(['f1', 'f2', 'f4']);
});

it('the names of groups are omitted if the groups are refused', async () => {
  expect((await optInForms(apiWith({ groups: refuse }), anyGroup))[0]).toEqual({ id: '301', name: 'Sign-up' });
});

it('an error is thrown if both kinds are refused, or if one of them fails temporarily', async () => {
  const refused = new NotFoundError('no forms');
  const api = apiWith({ forms: () => Promise.reject(refused), flows: refuse });
  expect(await thrownBy(optInForms(api, anyGroup))).toBe(refused);
  for (const name of ['groups', 'forms', 'flows'] as const) {
    const down = new TemporaryError('down');
    expect(await thrownBy(optInForms(apiWith({ [name]: () => Promise.reject(down) }), anyGroup))).toBe(down);
  }
});
