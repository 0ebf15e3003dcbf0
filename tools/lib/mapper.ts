/** The mapper between two steps of elastic.io. */

import jsonata from 'jsonata';
import { characterPosition, reasonOf } from '../../lib/mapping/mappingError';
import { bodyOf } from './payload';

/**
 * The message for the step after a mapper. If the mapper fails, that step gets no message; the step before has done its
 * work.
 */
export async function mapMessage(mapper: unknown, message: unknown): Promise<unknown> {
  return { headers: {}, body: await applyMapper(mapper, bodyOf(message)) };
}

/**
 * elastic.io's mapper: an object whose strings are JSONata expressions over the body of the message.
 * @param at the path of this part of the mapper
 * @throws Error that states the position and reason without values of the message
 */
async function applyMapper(mapper: unknown, body: unknown, at = ''): Promise<unknown> {
  if (typeof mapper === 'string') return await applyExpression(mapper, body, at);
  const inside = (key: string | number) => (at === '' ? String(key) : `${at}.${key}`);
  if (Array.isArray(mapper))
    return await Promise.all(mapper.map((part: unknown, index) => applyMapper(part, body, inside(index))));
  if (typeof mapper !== 'object' || mapper === null) return mapper;
  const entries = Object.entries(mapper).map(
    async ([key, part]) => [key, await applyMapper(part, body, inside(key))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function applyExpression(expression: string, body: unknown, at: string): Promise<unknown> {
  try {
    return (await jsonata(expression).evaluate(body, {})) as unknown;
  } catch (error) {
    const field = at === '' ? '' : `"${at}"`;
    const place = [field, characterPosition(error).trim()].filter((part) => part !== '').join(' ');
    throw new Error([place, reasonOf(error)].filter((part) => part !== '').join(': '), { cause: error });
  }
}
