import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

const folder = path.join(__dirname, 'browser');

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
} as const;

/** URL → file of the scripts and styles; no other file is served. */
const files: Readonly<Record<string, FileName>> = {
  '/sandbox/page.css': 'page.css',
  '/sandbox/page.js': 'page.js',
  '/sandbox/server.js': 'server.js',
  '/sandbox/dom.js': 'dom.js',
  '/sandbox/lists.js': 'lists.js',
  '/sandbox/receivers.js': 'receivers.js',
  '/sandbox/editor.js': 'editor.js',
  '/sandbox/faults.js': 'faults.js',
  '/sandbox/fieldError.js': 'fieldError.js',
};

type FileName = `${string}.${keyof typeof types}`;

/** The page itself. */
export function documentRoute(app: FastifyInstance): void {
  serve(app, '/', 'index.html');
}

/** The scripts and styles of the page. */
export function fileRoutes(app: FastifyInstance): void {
  for (const [address, name] of Object.entries(files)) serve(app, address, name);
}

/** Read from disk on every request. */
function serve(app: FastifyInstance, address: string, name: FileName): void {
  const type = Object.entries(types).find(([ending]) => name.endsWith(`.${ending}`))?.[1];
  app.get(address, (_request, reply) =>
    reply.type(type ?? 'text/plain').send(createReadStream(path.join(folder, name))),
  );
}
