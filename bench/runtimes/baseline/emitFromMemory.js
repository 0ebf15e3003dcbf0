/**
 * The minimum work of a component: emits precomputed messages, each with its own id and a few of them concurrently.
 * `BASELINE` names a file with `{messages, concurrency}`.
 */

const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { env } = require('node:process');

const { messages, concurrency } = JSON.parse(readFileSync(env.BASELINE, 'utf8'));

module.exports.process = async function emitFromMemory() {
  const waiting = messages.values();
  const emit = async () => {
    for (const message of waiting) await this.emit('data', { ...message, id: randomUUID() });
  };
  await Promise.all(Array.from({ length: concurrency }, emit));
};
