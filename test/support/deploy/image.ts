/**
 * Builds an image without a container engine: runs the steps of the Dockerfile on this machine, each stage in its own
 * folder. A step gets only the environment that the Dockerfile sets and only the files that it copies. The content of
 * the base image is that of this machine.
 */

import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { Cmd, Copy, Env, type Instruction } from 'dockerfile-ast';
import { z } from 'zod';
import { argumentsOf, command, copied, isIgnored, readDockerfile, type Stage } from './dockerfile';

const run = promisify(execFile);
/** A user without any files on this machine; only root can switch to another user. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export const imageShape = z.object({
  /** The folder that replaces `/`. */
  root: z.string(),
  /** The folder on this machine in which the command starts. */
  workdir: z.string(),
  env: z.record(z.string(), z.string()),
  user: z.string(),
  command: z.array(z.string()),
});

export type Image = z.output<typeof imageShape>;

export class ImageBuilder {
  private readonly built = new Map<string, Promise<Image>>();

  private constructor(
    private readonly context: string,
    private readonly folder: string,
    private readonly stages: readonly Stage[],
    private readonly dockerignore: string,
  ) {}

  /**
   * @param context the repository
   * @param folder an empty folder for the stages
   */
  static async open(context: string, folder: string): Promise<ImageBuilder> {
    const read = (file: string): Promise<string> => readFile(path.join(context, file), 'utf8');
    return new ImageBuilder(context, folder, readDockerfile(await read('Dockerfile')), await read('.dockerignore'));
  }

  /** Builds a stage and the stages that it needs, each once. */
  build(name: string): Promise<Image> {
    const known = this.built.get(name);
    if (known) return known;
    const image = this.make(name);
    this.built.set(name, image);
    return image;
  }

  private async make(name: string): Promise<Image> {
    const stage = this.stages.find((one) => one.name === name);
    if (!stage) throw new Error(`The Dockerfile has no stage ${name}.`);
    const root = path.join(this.folder, name);
    await mkdir(root, { recursive: true });
    const image = await this.basis(stage.from, root);
    for (const instruction of stage.instructions) await this.step(instruction, image);
    return image;
  }

  private async basis(from: string, root: string): Promise<Image> {
    if (!this.stages.some(({ name }) => name === from))
      return { root, workdir: root, env: {}, user: 'root', command: [] };
    const basis = await this.build(from);
    await cp(basis.root, root, { recursive: true, verbatimSymlinks: true });
    return {
      ...basis,
      root,
      env: { ...basis.env },
      workdir: path.join(root, path.relative(basis.root, basis.workdir)),
    };
  }

  private async step(instruction: Instruction, image: Image): Promise<void> {
    const name = instruction.getKeyword();
    if (instruction instanceof Copy) await this.copy(instruction, image);
    else if (instruction instanceof Cmd) image.command = command(instruction);
    else if (instruction instanceof Env)
      for (const property of instruction.getProperties()) image.env[property.getName()] = property.getValue() ?? '';
    else if (name === 'RUN') await runIn(image, argumentsOf(instruction));
    else if (name === 'USER') image.user = argumentsOf(instruction);
    else if (name === 'WORKDIR') {
      image.workdir = path.join(image.root, argumentsOf(instruction));
      await mkdir(image.workdir, { recursive: true });
    } else if (name !== 'HEALTHCHECK') throw new Error(`${name} is not understood.`);
  }

  private async copy(copy: Copy, image: Image): Promise<void> {
    const { sources, target } = copied(copy);
    const from = copy.getFromFlag()?.getValue() ?? undefined;
    const root = from === undefined ? this.context : (await this.build(from)).root;
    for (const source of sources) {
      if (from === undefined && isIgnored(this.dockerignore, source))
        throw new Error(`.dockerignore keeps ${source} back.`);
      const place = target.endsWith('/') ? path.join(target, path.basename(source)) : target;
      await cp(path.join(root, source), path.join(image.workdir, place), { recursive: true, verbatimSymlinks: true });
    }
  }
}

/** Starts the command of an image. If the image names a user other than root, the command runs as `nobody`. */
export function startImage(image: Image, env: Record<string, string>): ChildProcessByStdio<null, Readable, Readable> {
  const [program = '', ...args] = image.command;
  return spawn(program === 'node' ? process.execPath : program, args, {
    cwd: image.workdir,
    env: { PATH: process.env['PATH'], ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(image.user !== 'root' && NOBODY),
  });
}

async function runIn({ workdir, env }: Image, script: string): Promise<void> {
  const { PATH, HOME } = process.env;
  try {
    // npm reuses packages that it has downloaded before
    await run('sh', ['-ec', script], { cwd: workdir, env: { PATH, HOME, npm_config_prefer_offline: 'true', ...env } });
  } catch (error) {
    throw new Error(`RUN ${script} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
