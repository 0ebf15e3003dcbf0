import { RecordError } from '../../../lib/utils/errors';
import { typedError } from '../../../lib/upsert/recordError';

it('an error that is not typed is a bug in the component', () => {
  const typed = new RecordError('x');
  expect(typedError(typed)).toBe(typed);
  expect(() => typedError(new TypeError('y'))).toThrow(TypeError);
});
