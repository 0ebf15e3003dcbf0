/** Reads a Dockerfile as named stages, and its `.dockerignore`. */

import dockerignore from '@balena/dockerignore';
import { DockerfileParser, type Cmd, type Copy, type Instruction } from 'dockerfile-ast';

export interface Stage {
  name: string;
  /** An image, or the name of an earlier stage. */
  from: string;
  /** Without the FROM instruction. */
  instructions: Instruction[];
}

/** @throws Error if a stage has no name, or an instruction comes before the first stage */
export function readDockerfile(text: string): Stage[] {
  const dockerfile = DockerfileParser.parse(text);
  const [first] = dockerfile.getInstructions();
  if (first && first.getKeyword() !== 'FROM')
    throw new Error(`An instruction before the first stage: ${first.toString()}`);
  return dockerfile.getFROMs().map((start) => {
    const from = start.getImage();
    const name = start.getBuildStage();
    if (!from || !name) throw new Error(`A stage needs a name: ${start.toString()}`);
    const stage = dockerfile.getContainingImage(start.getRange().start);
    return { name, from, instructions: stage?.getInstructions().slice(1) ?? [] };
  });
}

/** The sources and the destination of a COPY. */
export function copied(copy: Copy): { sources: string[]; target: string } {
  const words = copy.getArguments().map((word) => word.getValue());
  return { sources: words.slice(0, -1), target: words.at(-1) ?? '.' };
}

/** The words of a command in exec form, which is JSON. The parser of the library drops spaces inside a word. */
export function command(cmd: Cmd): string[] {
  const text = argumentsOf(cmd);
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string'))
    throw new Error(`No exec form: ${text}`);
  return words;
}

/** The part of an instruction after its name and its flags. */
export function argumentsOf(instruction: Instruction): string {
  return instruction.getArgumentsContent() ?? '';
}

/** Whether `.dockerignore` excludes a file or folder of the context. Docker's rules distinguish upper and lower case. */
export function isIgnored(rules: string, source: string): boolean {
  return dockerignore({ ignorecase: false }).add(rules).ignores(source);
}
