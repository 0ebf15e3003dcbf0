/** A process of the bench, controlled by its parent. */

import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Change, Done, Order, Served, ServerOptions, Traffic, Work } from '../processes/protocol';

/** The Node options that the Dockerfile sets. */
export const AS_IN_THE_IMAGE = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--heap-growing-percent=25'];

/**
 * The C library of the image releases a large block when it is freed; the library of most machines adapts and keeps
 * such blocks.
 */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: '131072' };

/** Starts processes from one folder of compiled files; `stop` ends all of them. */
export class Processes {
  private readonly running = new Set<ChildProcess>();

  constructor(readonly folder: string) {}

  async server(options: ServerOptions): Promise<Server> {
    const ask = this.start('server');
    const send = async (order: Order): Promise<void> => {
      await ask(order);
    };
    return {
      ...((await ask({ kind: 'serve', options } satisfies Order)) as Served),
      traffic: async () => (await ask({ kind: 'traffic' } satisfies Order)) as Traffic,
      change: (change, count) => send({ kind: 'change', change, count }),
      answerAfter: (latencyMs) => send({ kind: 'answerAfter', latencyMs }),
      advance: (seconds) => send({ kind: 'advance', seconds }),
    };
  }

  /** A fresh process. */
  worker(): Worker {
    const ask = this.start('worker');
    return async (work) => (await ask(work)) as Done;
  }

  /** Runs a task in a separate process. */
  async alone(work: Work): Promise<Done> {
    const done = await this.worker()(work);
    return done;
  }

  stop(): void {
    for (const child of this.running) child.kill();
    this.running.clear();
  }

  private start(name: string): (question: unknown) => Promise<unknown> {
    const child = fork(path.join(this.folder, 'bench/processes', `${name}.js`), {
      execArgv: ['--expose-gc', ...AS_IN_THE_IMAGE],
      env: { ...process.env, ...ALLOCATOR },
    });
    this.running.add(child);
    return (question) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => {
          reject(new Error(`The process ${name} ended (${code ?? 'killed'})`));
        };
        child.once('exit', ended);
        child.once('message', (answer: { value?: unknown } | { error: string }) => {
          child.off('exit', ended);
          if ('error' in answer) reject(new Error(`${name}: ${answer.error}`));
          else resolve(answer.value);
        });
        child.send(question as object);
      });
  }
}

export interface Server extends Served {
  traffic(): Promise<Traffic>;
  change(change: Change, count: number): Promise<void>;
  answerAfter(latencyMs: number): Promise<void>;
  advance(seconds: number): Promise<void>;
}
export type Worker = (work: Work) => Promise<Done>;
