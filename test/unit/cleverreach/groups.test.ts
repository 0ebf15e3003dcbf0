import { compareIds, groupById, groupByName, groupsByName, listed } from '../../../lib/cleverreach/groups';
import { ConfigurationError, NotFoundError, TemporaryError } from '../../../lib/utils/errors';

const groups = [
  { id: '9', name: 'Newsletter' },
  { id: '10', name: ' Kunden ' },
  { id: '11', name: 'kunden' },
  { id: '12', name: 'Café' },
  { id: '13', name: 'Sommer\u2009\u00a0Akti\u200don' },
];
const THERE =
  'The groups that exist: "Newsletter" (9), " Kunden " (10), "kunden" (11), "Café" (12), "Sommer\u2009\u00a0Akti\u200don" (13).';

function thrownBy(look: () => unknown): Error {
  try {
    look();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It did not fail.');
}

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}`, name: `G${index}` }));

describe('the ids of groups', () => {
  it.each([
    ['9', '10', -1],
    ['10', '9', 1],
    ['10', '10', 0],
    ['a', 'b', -1],
    ['b', 'a', 1],
    ['a', 'a', 0],
    ['010', '10', -1],
    ['010', '9', 1],
    ['9007199254740993', '9007199254740992', 1],
    // an order of strings would put 1a before 9, and 10 before 1a
    ['9', '1a', -1],
    ['10', '1a', -1],
    ['1a', '2', 1],
  ])('%s and %s are sorted as numbers, or as strings if they are not numbers', (a, b, sign) => {
    expect(Math.sign(compareIds(a, b))).toBe(sign);
  });
});

describe('the name of a group', () => {
  it.each([
    ['newsletter', ['9']],
    ['  NEWSLETTER\n', ['9']],
    ['KUNDEN', ['10', '11']],
    ['Cafe\u0301', ['12']],
    ['News\u00adletter', ['9']],
    ['\u200bNewsletter\ufeff', ['9']],
    ['\u00a0 Newsletter \u200b\n', ['9']],
    ['Sommer Aktion', ['13']],
    ['sommer\u00a0\u200b aktion', ['13']],
    ['SommerAktion', []],
    ['kunden', ['11']],
    [' Kunden ', ['10']],
    ['\u200b', []],
    ['Newslette', []],
    ['', []],
  ])(
    '%j is found by exact match, or else ignoring case, kinds of blanks, encodings of accents and invisible characters',
    (name, ids) => {
      expect(groupsByName(groups)(name).map(({ id }) => id)).toEqual(ids);
    },
  );

  it('selects the only group with this name', () => {
    expect(groupByName(groups, 'newsletter')).toBe(groups[0]);
  });

  it('that no group has is an error that lists the existing groups', () => {
    const error = thrownBy(() => groupByName(groups, 'Nobody'));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      `There is no group named "Nobody" (field "groupName") in CleverReach. Waiting does not help: correct the name, or choose the group by its id, which stays the same if the group is renamed. ${THERE}`,
    );
  });

  it('that several groups have is an error that lists their ids', () => {
    const error = thrownBy(() => groupByName(groups, 'Kunden'));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      `There are 2 groups named "Kunden" (field "groupName"), with the ids 10, 11: give one of the ids as "groupId" instead. ${THERE}`,
    );
  });
});

describe('the id of a group', () => {
  it('selects its group', () => {
    expect(groupById(groups, '10')).toBe(groups[1]);
  });

  it('of a missing group is an error that lists the existing groups', () => {
    const error = thrownBy(() => groupById(groups, '1'));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toBe(
      `There is no group with the id 1 (field "groupId") in CleverReach. Waiting does not help: the group may have been deleted; choose another one. ${THERE}`,
    );
  });
});

describe('an empty list of groups', () => {
  const ADVICE =
    'The list is probably incomplete, and a later attempt asks for it again. If the error persists, check in CleverReach whether the account has groups, and whether the credential belongs to this account.';

  it.each([
    [() => groupById([], '1'), 'so the group with the id 1 (field "groupId") was not found'],
    [() => groupByName([], 'News'), 'so no group named "News" (field "groupName") was found'],
  ])('is a temporary error for a step with a group: %p', (find, consequence) => {
    const error = thrownBy(find);
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error.message).toBe(`CleverReach lists no groups, ${consequence}. ${ADVICE}`);
  });
});

describe('the groups that an error lists', () => {
  it('are an empty list if the account has no groups', () => {
    expect(listed([])).toBe('CleverReach lists no groups.');
  });

  it('are all of thirty', () => {
    expect(listed(many(30))).toMatch(/"G29" \(29\)\.$/);
  });

  it('are thirty of a larger number, and the count of the others', () => {
    expect(listed(many(32))).toMatch(/"G29" \(29\) and 2 more\.$/);
  });
});
