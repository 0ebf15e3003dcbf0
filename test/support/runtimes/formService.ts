/** The requests of elastic.io's form service: it starts the runtime for one request, and the runtime posts the result. */

import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { startImage } from '../deploy/image';
import { environment } from './environment';
import { HttpDouble } from './httpDouble';

const posted = z.object({ status: z.enum(['success', 'error']), data: z.record(z.string(), z.unknown()) });

export interface Question {
  method: 'verifyCredentials' | 'getMetaModel' | 'selectModel';
  /** The current values of the form. */
  cfg: Record<string, unknown>;
  /** The trigger or action; not for credentials. */
  step?: string;
  /** The function that fills a drop-down. */
  model?: string;
}

/** @param cleverReachUrl the URL of the account */
export async function ask(
  { method, cfg, step = '', model = '' }: Question,
  cleverReachUrl: string,
): Promise<z.output<typeof posted>> {
  const platform = await HttpDouble.start(() => ({ body: {} }));
  try {
    const script = 'node_modules/elasticio-sailor-nodejs/runService.js';
    const image = { ...environment().RUNTIMES_ELASTIC_IO, command: ['node', script, method] };
    const child = startImage(image, {
      CLEVERREACH_URL: cleverReachUrl,
      ELASTICIO_POST_RESULT_URL: `${platform.url}/result`,
      ELASTICIO_CFG: JSON.stringify(cfg),
      ELASTICIO_ACTION_OR_TRIGGER: step,
      ELASTICIO_GET_MODEL_METHOD: model,
      ELASTICIO_API_URI: platform.url,
      ELASTICIO_API_USERNAME: 'task-user',
      ELASTICIO_API_KEY: 'task-key',
    });
    const [said] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')]);
    const [answer] = platform.callsTo('POST', /^\/result$/);
    if (!answer) throw new Error(`Nothing was posted: ${said}`);
    return posted.parse(answer.body);
  } finally {
    await platform.close();
  }
}
