import { PassThrough } from 'node:stream';
import { askClient } from '../../../../tools/authorize/askClient';

describe('the question for the OAuth app', () => {
  const terminal = (): { input: PassThrough & { isTTY: boolean }; output: PassThrough; shown: () => string } => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { input, output, shown: () => text };
  };
  /** Types what is asked for, each when its question is there. */
  const type = (seat: ReturnType<typeof terminal>, answers: Record<string, string>): void => {
    seat.output.on('data', (chunk: Buffer) => {
      const question = Object.keys(answers).find((one) => chunk.toString().includes(one));
      if (question !== undefined) setImmediate(() => seat.input.write(`${answers[question] ?? ''}\r`));
    });
  };

  it('shows the id while it is typed, and nothing of the secret', async () => {
    const seat = terminal();
    type(seat, { 'Client id': ' app-7 ', 'Client secret': 'hush-hush' });
    await expect(askClient({}, seat)).resolves.toEqual({ id: 'app-7', secret: 'hush-hush' });
    expect(seat.shown()).toContain('app-7');
    expect(seat.shown()).not.toMatch(/hush|\*/);
  });

  it('is asked only for values that the environment does not provide', async () => {
    const seat = terminal();
    type(seat, { 'Client secret': 'hush-hush' });
    await expect(askClient({ CLEVERREACH_CLIENT_ID: 'env' }, seat)).resolves.toEqual({
      id: 'env',
      secret: 'hush-hush',
    });
    expect(seat.shown()).not.toContain('Client id');
    const all = { CLEVERREACH_CLIENT_ID: 'env', CLEVERREACH_CLIENT_SECRET: 's' };
    await expect(askClient(all, { ...terminal(), input: new PassThrough() })).resolves.toEqual({
      id: 'env',
      secret: 's',
    });
  });

  it.each([
    ['an empty line', (input: PassThrough) => input.write('\r')],
    ['the end of the input', (input: PassThrough) => input.end()],
    ['Ctrl-C', (input: PassThrough) => input.write('\u0003')],
  ])('ends with an error at %s', async (_, answer) => {
    const seat = terminal();
    seat.output.once('data', () => setImmediate(() => answer(seat.input)));
    await expect(askClient({}, seat)).rejects.toThrow('Nothing was entered.');
  });
});
