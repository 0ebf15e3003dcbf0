/** What the runner has prepared and the tests need: a broker and two installations of the component, handed over as variables. */

import { z } from 'zod';

const shape = z.object({
  RUNTIMES_AMQP_URL: z.string(),
  RUNTIMES_ELASTIC_IO: z.string(),
  RUNTIMES_OIH: z.string(),
});

export type RuntimesEnvironment = z.output<typeof shape>;

/** @throws Error when the tests were not started by the runner */
export function environment(): RuntimesEnvironment {
  const parsed = shape.safeParse(process.env);
  if (parsed.success) return parsed.data;
  throw new Error('These tests need a broker and an installed component: start them with npm run test:runtimes.');
}
