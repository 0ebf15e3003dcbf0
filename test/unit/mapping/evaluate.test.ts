import { evaluate } from '../../../lib/mapping/evaluate';

const over = (text: string, message: unknown = { data: { a: 1 } }) => evaluate({ text, message });

describe('the answer to an evaluation', () => {
  it('is the result of the expression as JSON', async () => {
    expect(await over('{"b": data.a, "list": [data.a]}')).toEqual({ json: '{"b":1,"list":[1]}' });
    expect(await over('data.a')).toEqual({ json: '1' });
  });

  it('is empty if the expression has no result', async () => {
    expect(await over('data.missing')).toEqual({ json: undefined });
  });

  it('may have at most a million characters', async () => {
    const text = (characters: number) => ({ data: 'x'.repeat(characters - 2) });
    expect((await over('data', text(1_000_000))).json).toHaveLength(1_000_000);
    expect(await over('data', text(1_000_001))).toEqual({
      error: ': it returned 1000001 characters, more than 1000000',
    });
  });

  it('states why the expression failed', async () => {
    expect(await over('$error("no name")')).toEqual({ error: ' at character 7: no name' });
    expect(await over('{')).toEqual({ error: expect.stringContaining('expression') as string });
  });

  it('truncates a long reason after a thousand characters', async () => {
    const text = 'y'.repeat(1500);
    expect(await over(`$error("${text}")`)).toEqual({ error: ` at character 7: ${'y'.repeat(983)}` });
  });

  it.each([
    ['$error("value is " & data.phone)', '+49 (0)431 123 456', 'value is +… (…)… … …'],
    ['$assert(false, "birthday " & data.phone & " is bad")', '31.12.1990', 'birthday ….….… is bad'],
    ['$error("no phone: " & $uppercase(data.phone) & "s Bad")', 'Strauß', 'no phone: … Bad'],
  ])('repeats only the words of the mapping from a message of its author: %s', async (source, phone, reason) => {
    expect((await over(source, { data: { phone } })).error).toMatch(
      new RegExp(`: ${reason.replace(/[.()+]/g, '\\$&')}$`),
    );
  });

  it('does not share variables between expressions', async () => {
    expect(await over('($kept := 7; $kept)')).toEqual({ json: '7' });
    expect(await over('$kept')).toEqual({ json: undefined });
  });
});
