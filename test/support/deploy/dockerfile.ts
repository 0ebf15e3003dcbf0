/** A Dockerfile, read as far as ours goes: stages, and instructions with flags and arguments. */

export interface Instruction {
  name: string;
  /** `--from=build` is `{from: 'build'}`. */
  flags: Record<string, string>;
  /** What follows the flags, as it is written. */
  text: string;
}

export interface Stage {
  name: string;
  /** An image, or the name of an earlier stage. */
  from: string;
  instructions: Instruction[];
}

/** @throws Error when a stage has no name, or an instruction stands before the first one */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  for (const line of lines) {
    const instruction = readInstruction(line);
    if (instruction.name === 'FROM') {
      const [, from, name] = /^(\S+)\s+AS\s+(\S+)$/i.exec(instruction.text) ?? [];
      if (!from || !name) throw new Error(`A stage needs a name: ${line}`);
      stages.push({ name, from, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`An instruction before the first stage: ${line}`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

/** The sources of a COPY, and where they go. */
export function copied({ text }: Instruction): { sources: string[]; target: string } {
  const words = text.split(/\s+/);
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '.' };
}

/** The words of a command in exec form. */
export function command({ text }: Instruction): string[] {
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string'))
    throw new Error(`No exec form: ${text}`);
  return words;
}

function readInstruction(line: string): Instruction {
  const [, name = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
  const flags: Record<string, string> = {};
  const text = rest.replace(/^(?:--\w+=\S+\s+)*/, (given) => {
    for (const [, flag = '', value = ''] of given.matchAll(/--(\w+)=(\S+)/g)) flags[flag] = value;
    return '';
  });
  return { name: name.toUpperCase(), flags, text };
}

/**
 * Whether .dockerignore keeps a file or folder of the context back. Understands `*` and `!name`, which is all that a list of what
 * may get in needs.
 * @throws Error for any other pattern
 */
export function isIgnored(dockerignore: string, source: string): boolean {
  let ignored = false;
  for (const line of dockerignore.split('\n')) {
    const pattern = line.trim();
    if (pattern === '' || pattern.startsWith('#')) continue;
    if (pattern === '*') ignored = true;
    else if (!/^![\w.-]+$/.test(pattern)) throw new Error(`.dockerignore: ${pattern} is not understood`);
    else if (source.split('/')[0] === pattern.slice(1)) ignored = false;
  }
  return ignored;
}
