import { isObject } from '../../lib/utils/objects';

/** What Node calls a failure of the network, as in `EADDRINUSE`; of the error itself or of what caused it. */
export function errorCode(error: unknown): string {
  const { code, cause } = isObject(error) ? error : {};
  if (typeof code === 'string') return code;
  return cause === undefined ? 'no answer' : errorCode(cause);
}
