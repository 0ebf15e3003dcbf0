/** A unit test is found by the name of the file that it tests. */

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../support/tools';

const tests = readdirSync(path.join(root, 'test/unit'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => name.replace(/\.test\.ts$/, ''));

/** The mapping of this name: those of the component are not in lib. */
function mappingOf(name: string): string {
  const inWords = path.basename(name).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `mappings/${inWords}.jsonata`;
}

it('every unit test has the path and name of a file of lib, or the name of a mapping', () => {
  const isThere = (file: string): boolean => existsSync(path.join(root, file));
  expect(tests.length).toBeGreaterThan(80);
  expect(tests.filter((name) => !isThere(`lib/${name}.ts`) && !isThere(mappingOf(name)))).toEqual([]);
});
