import { throughput } from '../../bench/rows/throughput';
import { markdownOf } from '../../bench/support/table';

describe('npm run bench', () => {
  it('measures messages per second under both runtimes, beside the baseline', async () => {
    const result = await throughput.run({ scale: 'tiny', progress: () => undefined });
    expect(result.lines).toHaveLength(42);
    for (const { what, value, runs = [] } of result.lines)
      expect({ what, isSpeed: [value, ...runs].every((one) => one > 0 && one < 1e6) }).toEqual({ what, isSpeed: true });
    expect(markdownOf({ row: throughput, result })).toContain(throughput.title);
  });
});
