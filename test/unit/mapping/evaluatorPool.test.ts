import { TemporaryError } from '../../../lib/utils/errors';
import { evaluateIsolated } from '../../../lib/mapping/evaluatorPool';

describe('the process for custom mappings', () => {
  const { execPath } = process;
  // even if the test did not reach its end
  afterEach(() => {
    process.execPath = execPath;
  });

  it('that cannot be started is a temporary error, and the next record starts it', async () => {
    // the one that runs is stopped first
    const endless = evaluateIsolated({ text: '$contains($, /^(a+)+$/)', message: `${'a'.repeat(42)}!` });
    await expect(endless).rejects.toThrow('the customMapping failed: it was stopped after 1250 ms');

    process.execPath = '/nowhere/node';
    const failed = evaluateIsolated({ text: '1', message: {} });
    await expect(failed).rejects.toThrow(TemporaryError);
    await expect(failed).rejects.toThrow(
      'the process that evaluates a customMapping could not be started: it ended with 127',
    );
    process.execPath = execPath;
    expect(await evaluateIsolated({ text: 'a + 1', message: { a: 1 } })).toBe(2);
  });
});
