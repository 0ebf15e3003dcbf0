import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { nestFields } from './fields';
import { multipartFields } from './multipart';
import { badRequest } from './problems';

type Fields = Record<string, unknown>;

/**
 * Parses the request bodies of the API. Clients send JSON under any content type or none (PHP's curl declares a form),
 * and the token request as a form of either kind.
 */
export async function installBodies(api: FastifyInstance, bodyLimit: number): Promise<void> {
  await api.register(formbody, { bodyLimit, parser: readForm });
  // only content types that the next parser must not see have their own parser
  api.removeContentTypeParser('text/plain');
  api.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (request: FastifyRequest, body: Buffer) => {
    return new Promise((resolve) => {
      resolve(readAny(request.headers['content-type'] ?? '', body));
    });
  });
  api.addHook('onRequest', (request, _reply, next) => {
    // an invalid content type such as "json" would be refused before a parser is selected
    if (!/^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/.test(request.headers['content-type'] ?? ''))
      delete request.headers['content-type'];
    next();
  });
}

function readAny(type: string, body: Buffer): unknown {
  if (/^\s*multipart\/form-data\s*;/i.test(type)) return nestFields(multipartFields(type, body));
  const text = body.toString('utf8').trim();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (type === '' && /^[\w[\]%.-]+=/.test(text)) return readForm(text);
    throw badRequest('invalid JSON');
  }
}

function readForm(text: string): Fields {
  return jsonIn(text) ?? nestFields([...new URLSearchParams(text)]);
}

/** A JSON object or array; undefined if the string is anything else. */
function jsonIn(text: string): Fields | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
}
