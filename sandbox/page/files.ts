import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

const folder = path.join(__dirname, 'browser');

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
} as const;

/** Address → file; nothing else is served. */
const files: Readonly<Record<string, `${string}.${keyof typeof types}`>> = {
  '/': 'index.html',
  '/sandbox/page.css': 'page.css',
  '/sandbox/page.js': 'page.js',
  '/sandbox/server.js': 'server.js',
  '/sandbox/dom.js': 'dom.js',
  '/sandbox/lists.js': 'lists.js',
  '/sandbox/receivers.js': 'receivers.js',
  '/sandbox/editor.js': 'editor.js',
};

/** The files of the page, read from the disk whenever they are asked for. */
export function fileRoutes(app: FastifyInstance): void {
  for (const [address, name] of Object.entries(files)) {
    const type = Object.entries(types).find(([ending]) => name.endsWith(`.${ending}`))?.[1];
    app.get(address, (_request, reply) =>
      reply.type(type ?? 'text/plain').send(createReadStream(path.join(folder, name))),
    );
  }
}
