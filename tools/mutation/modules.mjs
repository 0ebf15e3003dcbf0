/**
 * Loads the project's TypeScript as CommonJS and can unload it, so that every run of a test file gets fresh modules.
 */

import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { transformSync } from '@swc/core';

const require = createRequire(import.meta.url);
const ROOT = process.cwd();
const FOREIGN = `${path.sep}node_modules${path.sep}`;
/** as in jest.config.js */
const COMPILER = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } };

const compiled = new Map();

Module._extensions['.ts'] = (module, filename) => {
  const code = compiled.get(filename) ?? transformSync(readFileSync(filename, 'utf8'), { ...COMPILER, filename }).code;
  compiled.set(filename, code);
  module._compile(code, filename);
};

/** Evaluates the file and all project files that it requires again; packages are kept. */
export function loadAnew(file) {
  for (const loaded of Object.keys(require.cache)) {
    if (loaded.startsWith(ROOT) && !loaded.includes(FOREIGN)) delete require.cache[loaded];
  }
  require(file);
}
