import { isObject } from '../../lib/utils/objects';

/** Node's code of a network error, such as `EADDRINUSE`; of the error itself or of its cause. */
export function errorCode(error: unknown): string {
  const { code, cause } = isObject(error) ? error : {};
  if (typeof code === 'string') return code;
  return cause === undefined ? 'no response' : errorCode(cause);
}
