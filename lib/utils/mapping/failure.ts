import { messageOf } from '../errors';
import { isObject } from '../objects';
import { property } from './functions/text';

/** The text of what JSONata throws, which is not always an error. */
export function textOf(error: unknown): string {
  const text = property(error, 'message');
  return typeof text === 'string' ? text : messageOf(isObject(error) ? property(error, 'code') : error);
}
