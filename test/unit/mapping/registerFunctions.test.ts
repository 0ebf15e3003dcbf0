import jsonata from 'jsonata';
import { registerFunctions } from '../../../lib/mapping/registerFunctions';

describe('the functions of a mapping', () => {
  it.each([
    ['$person({"attributes": {"v": "Ada"}}, {"firstName": "v"})', { firstName: 'Ada' }],
    [
      '$receiver({"notes": "n"}, {"notes": "r"})',
      { attributes: { r: 'n' }, global_attributes: { r: 'n' }, aliases: { notes: 'r' } },
    ],
    ['$recordMetadata({"metadata": {"a": 1}, "data": {"id": 7}})', { a: 1, recordUid: '7' }],
    ['$text(7)', '7'],
    ['$firstText(nothing, " ", "a")', 'a'],
    ['$attribute("v")', 'of the context'],
    ['$attribute("v", {"attributes": {"v": "other"}})', 'other'],
    ['$attribute("v", nothing)', undefined],
    ['$attributes({"a, b": 1})', { a: '1', b: '1' }],
    ['$mailboxName("ada.king@b.cd")', { firstName: 'ada', lastName: 'king' }],
    ['$gender("Frau")', 'female'],
    ['$languageTag("de_DE")', 'de-DE'],
    ['$birthday("1.2.1990")', '1990-02-01'],
    ['$birthday("spring")', 'spring'],
    ['$isoDate("1.2.1990")', '1990-02-01'],
    ['$isoDate("spring")', undefined],
    ['$addresses({"city": "Köln"})', [{ city: 'Köln' }]],
    ['$mainAddress([{"city": "a"}, {"city": "b", "label": "primary"}]).city', 'b'],
    ['$streetLine({"street": "Hof", "streetNumber": 7})', 'Hof 7'],
    ['$contactData({"fax": "1"})', [{ type: 'fax', value: '1' }]],
    ['$contact([{"type": "fax", "value": "1"}], "fax")', '1'],
    ['$categories("a")', [{ name: 'a', label: 'a' }]],
    ['$tags(["a", "-b"])', ['a']],
  ])('return what their description says: %s', async (text, result) => {
    const expression = jsonata(text);
    registerFunctions(expression);
    const given: unknown = await expression.evaluate({ attributes: { v: 'of the context' } }, {});
    expect(given === undefined ? undefined : JSON.parse(JSON.stringify(given))).toEqual(result);
  });
});
