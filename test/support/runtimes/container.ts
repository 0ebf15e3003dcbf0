/** A container of a step: the process of the runtime, its log, and its end. */

import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { startImage, type Image } from '../deploy/image';
import type { Bell } from './bell';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type Outcome = 'ack' | 'reject';

/** The log lines, at the level debug, with which a runtime reports that a message is finished. */
const DONE_WITH_A_MESSAGE = /^Message (?:#\d+ )?(ack|reject)$/;

/** Other log lines of the runtimes at the level debug; several for every message that is sent. */
const CHATTER = /^\{"name":"(?:sailor|ferryman)".*"level":20,(?!.*"msg":"Message )/;

const logLine = z.object({ name: z.string(), level: z.number(), msg: z.string() });

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Container {
  /** The results of the messages that it received, in order. */
  readonly outcomes: Outcome[] = [];
  /** The log of the component itself. */
  readonly componentLog: string[] = [];
  exit: Exit | undefined;
  /** Whether the test has ended it; any other end fails all calls that wait for something else. */
  mayExit = false;
  private readonly lastLines: string[] = [];
  private readonly child: ChildProcess;

  constructor(
    private readonly bell: Bell,
    image: Image,
    env: Record<string, string>,
    /** Called with every line of the log. */
    private readonly onLine: (line: string) => void = () => undefined,
  ) {
    this.child = startImage(image, { LOG_LEVEL: 'debug', ...env });
    running.add(this.child);
    for (const input of [this.child.stdout, this.child.stderr]) {
      if (!input) continue;
      createInterface({ input }).on('line', (line) => {
        this.read(line);
      });
    }
    // `close` is emitted after the last line, `exit` may be emitted before
    this.child.on('close', (code, signal) => {
      running.delete(this.child);
      this.exit = { code, signal };
      this.bell.ring();
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Sends a signal and waits for the end. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
    this.mayExit = true;
    if (!this.exit) this.child.kill(signal);
    return await this.exited();
  }

  async exited(): Promise<Exit> {
    this.mayExit = true;
    return await this.bell.until(
      () => this.exit,
      () => `the end of a container; its last lines: ${this.tail()}`,
    );
  }

  /** @throws Error if it has ended and the test has not ended it */
  assertAlive(): void {
    if (!this.exit || this.mayExit) return;
    throw new Error(`A container ended by itself (${JSON.stringify(this.exit)}): ${this.tail()}`);
  }

  tail(): string {
    return this.lastLines.slice(-15).join('\n');
  }

  private read(line: string): void {
    this.onLine(line);
    if (CHATTER.test(line)) return;
    const parsed = parseLine(line);
    const outcome = DONE_WITH_A_MESSAGE.exec(parsed?.msg ?? '')?.[1];
    if (outcome === 'ack' || outcome === 'reject') this.outcomes.push(outcome);
    if (parsed?.name === 'component') this.componentLog.push(parsed.msg);
    this.lastLines.push(parsed?.msg ?? line);
    if (this.lastLines.length > 100) this.lastLines.shift();
    this.bell.ring();
  }
}

function parseLine(line: string): z.output<typeof logLine> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = logLine.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
