/** The images of the component as on a platform, and of a baseline with the same runtimes. */

import { chmod, cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Image } from '../../test/support/deploy/image';
import { installComponent } from '../../test/support/runtimes/install';
import type { Runtime, FlowRecord } from '../../test/support/runtimes/plan';
import { ROOT } from '../support/build';

const BASELINE = path.join(ROOT, 'bench/runtimes/baseline');

export interface Images {
  /** An image in which the baseline emits these messages with this concurrency. */
  baseline(runtime: Runtime, records: readonly FlowRecord[], concurrency: number): Promise<Image>;
  remove(): Promise<void>;
}

/** Builds the images of the component, unless the tests under the runtimes have already built them. */
export async function buildImages(amqpUrl: string): Promise<Images> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cleverreach-bench-'));
  // containers run as another user
  await chmod(folder, 0o755);
  if (process.env['RUNTIMES_OIH'] === undefined) {
    const { elasticIo, oih } = await installComponent(ROOT, folder);
    Object.assign(process.env, {
      RUNTIMES_AMQP_URL: amqpUrl,
      RUNTIMES_ELASTIC_IO: JSON.stringify(elasticIo),
      RUNTIMES_OIH: JSON.stringify(oih),
    });
  }
  return {
    baseline: async (runtime, records, concurrency) => {
      const image = runtime.image();
      const workdir = await mkdtemp(path.join(folder, 'baseline-'));
      await chmod(workdir, 0o755);
      await cp(BASELINE, workdir, { recursive: true });
      await symlink(path.join(image.workdir, 'node_modules'), path.join(workdir, 'node_modules'));
      const messages = records.map((record) => (runtime.name === 'OIH' ? record : asBody(record)));
      const file = path.join(workdir, 'messages.json');
      await writeFile(file, JSON.stringify({ messages, concurrency }));
      return { ...image, workdir, env: { ...image.env, BASELINE: file } };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const asBody = (body: FlowRecord): object => ({ attachments: {}, body, headers: {}, metadata: {} });
