/**
 * What the runner has prepared for the tests: a broker and the two images of the component, passed as environment
 * variables.
 */

import { z } from 'zod';
import { imageShape } from '../deploy/image';

const built = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(imageShape);
const shape = z.object({ RUNTIMES_AMQP_URL: z.string(), RUNTIMES_ELASTIC_IO: built, RUNTIMES_OIH: built });

export type RuntimesEnvironment = z.output<typeof shape>;

/** @throws Error if the tests were not started by the runner */
export function environment(): RuntimesEnvironment {
  const parsed = shape.safeParse(process.env);
  if (parsed.success) return parsed.data;
  throw new Error('These tests need a broker and the built images: start them with npm run test:runtimes.');
}
