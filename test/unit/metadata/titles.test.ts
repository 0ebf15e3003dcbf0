import type { Schema } from '../../../lib/metadata/jsonSchema';
import { withTitles } from '../../../lib/metadata/titles';

const text: Schema = { type: 'string' };

describe('the title of a property', () => {
  it.each([
    ['email', 'Email'],
    ['firstName', 'First name'],
    ['zipCode', 'Zip code'],
    ['last_ip', 'Last IP'],
    ['global_attributes', 'Global attributes'],
    ['user_agent', 'User agent'],
    ['recordUid', 'Id of the record'],
    ['doiFormId', 'Form of the double-opt-in mail'],
  ])('of the name %s is "%s"', (name, title) => {
    expect(withTitles({ properties: { [name]: text } })).toStrictEqual({ properties: { [name]: { title, ...text } } });
  });

  it('stays if the property has one', () => {
    const schema: Schema = { title: 'a', properties: { data: { title: 'Person', ...text } } };
    expect(withTitles(schema)).toStrictEqual(schema);
  });

  it('is present at every depth, even in lists', () => {
    const inner: Schema = { type: 'object', properties: { city: text } };
    const schema: Schema = { properties: { data: inner, all: { type: 'array', items: inner } } };
    const titled: Schema = { type: 'object', properties: { city: { title: 'City', ...text } } };
    expect(withTitles(schema)).toStrictEqual({
      properties: { data: { title: 'Data', ...titled }, all: { title: 'All', type: 'array', items: titled } },
    });
    expect(schema.properties?.['data']).toBe(inner);
  });
});
