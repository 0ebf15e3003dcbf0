import { ConfigurationError } from '../../../lib/utils/errors';
import { selectMapping, passThrough } from '../../../lib/mapping/selectMapping';
import { defaultMapping } from '../../../lib/mapping/defaultMapping';

const message = {
  metadata: { oihUid: 'u' },
  data: { id: '1', email: 'ada@example.org', attributes: { vorname: ' Ada ' } },
};

describe('the mapping of a step', () => {
  const text = '{"data": {"chosen": 1}}';

  it('is skipped if the step skips it, whatever else is set', () => {
    expect(selectMapping({ skipTransformation: true, customMapping: text }, 'receiver-to-person')).toBe(passThrough);
  });

  it('is the custom mapping if there is one, even an empty one, which cannot be parsed', async () => {
    const map = selectMapping({ skipTransformation: false, customMapping: text }, 'receiver-to-person');
    await expect(map({ data: { id: '1' } })).resolves.toEqual({ data: { chosen: 1 } });
    expect(() => selectMapping({ skipTransformation: false, customMapping: '' }, 'receiver-to-person')).toThrow(
      ConfigurationError,
    );
  });

  it.each([
    ['receiver-to-person', { id: '1', email: 'mia@example.org' }],
    ['person-to-receiver', { contactData: [{ type: 'email', value: 'mia@example.org' }] }],
  ] as const)('is the default mapping otherwise: %s', async (direction, data) => {
    const byDefault = await defaultMapping(direction)({ data });
    for (const fields of [{ skipTransformation: false }, { skipTransformation: false, customMapping: undefined }])
      await expect(selectMapping(fields, direction)({ data })).resolves.toEqual(byDefault);
  });
});

describe('a skipped transformation', () => {
  it('returns the message unchanged', async () => {
    expect(await passThrough(message)).toBe(message);
  });
});
