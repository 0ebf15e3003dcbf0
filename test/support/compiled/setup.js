/**
 * Compiles, before the tests, what they start as processes of their own in great numbers: through a loader each would take twice as long to
 * start. Several runs may do so at the same time.
 */
const { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { transformFileSync } = require('@swc/core');
const { FOLDER, ROOT, SWC } = require('./options.js');

module.exports = () => {
  for (const folder of ['lib', 'test/support']) {
    for (const name of readdirSync(path.join(ROOT, folder), { recursive: true })) {
      if (/(?<!\.test|\.d)\.ts$/.test(name)) compile(path.join(folder, name));
    }
  }
};

function compile(name) {
  const { code } = transformFileSync(path.join(ROOT, name), { ...SWC, swcrc: false });
  const target = path.join(FOLDER, name.replace(/ts$/, 'js'));
  if (contentOf(target) === code) return;
  mkdirSync(path.dirname(target), { recursive: true });
  const part = `${target}.${process.pid}`;
  writeFileSync(part, code);
  renameSync(part, target);
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
