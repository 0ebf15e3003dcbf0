import { safeLogger } from '../../../lib/utils/logger';

it('a logger whose promise is rejected leaves no unhandled rejection', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const fails = (): Promise<never> => Promise.reject(new Error('full'));
  safeLogger({ debug: fails, info: fails, warn: fails, error: fails }).info('x');
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
