import { parseInsertResponse } from '../../../lib/cleverreach/parseInsertResponse';
import { UnexplainedError } from '../../../lib/utils/errors';

const parse = (body: unknown, rows: number) => parseInsertResponse(body, rows, 'POST /groups/9/receivers/insert');
const DUPLICATE = expect.stringMatching(
  /^CleverReach rejected the record: duplicate address\. Waiting does not help/,
) as string;

describe('the answer to a bulk insert', () => {
  it('has a result for each row: an id, or the reason as a string or as a status', () => {
    const body = [
      { status: 'insert success', id: '7' },
      { status: 'Insert Success', id: 8 },
      'duplicate address',
      { status: 'duplicate address' },
    ];
    expect(parse(body, 4)).toEqual([
      { ok: true, id: '7' },
      { ok: true, id: '8' },
      { ok: false, reason: DUPLICATE },
      { ok: false, reason: DUPLICATE },
    ]);
  });

  it('may be the element itself for one row', () => {
    expect(parse({ status: 'insert success', id: '7' }, 1)).toEqual([{ ok: true, id: '7' }]);
    expect(parse('duplicate address', 1)).toEqual([{ ok: false, reason: DUPLICATE }]);
  });

  it('shows no value that CleverReach repeats', () => {
    const [result] = parse(["duplicate address 'jo@example.org'; "], 1);
    expect(JSON.stringify(result)).not.toContain('example.org');
  });

  it.each<[string, unknown]>([
    ['a row is missing', [{ status: 'insert success', id: '7' }]],
    ['there is a row too many', ['duplicate address', 'duplicate address', 'duplicate address']],
    ['a row was updated', [{ status: 'update success', id: '7' }, 'duplicate address']],
    ['an id is missing', [{ status: 'insert success' }, 'duplicate address']],
    ['a row is a receiver', [{ id: '7', email: 'jo@example.org' }, 'duplicate address']],
    ['a row is empty', ['', 'duplicate address']],
    ['a row is null', [null, 'duplicate address']],
    ['it is empty', undefined],
    ['it is true', true],
  ])('is unexplained if %s', (_, body) => {
    expect(() => parse(body, 2)).toThrow(UnexplainedError);
  });
});
