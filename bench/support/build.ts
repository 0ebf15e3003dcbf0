/**
 * Compiles the component, the sandbox and the processes of the bench to plain JavaScript from the current sources, with
 * the same compiler as `npm run build`, so that no loader is measured.
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const ROOT = path.join(__dirname, '../..');
const PARTS = ['lib', 'sandbox', 'bench/processes'];

/** @param folder inside the project, so that its packages resolve; existing content is removed first */
export function build(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const part of PARTS) {
    const files = readdirSync(path.join(ROOT, part), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')))
      compile(path.join(part, file), folder);
  }
  for (const data of ['mappings', 'lib/schemas'])
    cpSync(path.join(ROOT, data), path.join(folder, data), { recursive: true });
}

function compile(file: string, folder: string): void {
  const target = path.join(folder, file.replace(/\.ts$/, '.js'));
  const { outputText } = ts.transpileModule(readFileSync(path.join(ROOT, file), 'utf8'), {
    fileName: file,
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, esModuleInterop: true },
  });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
