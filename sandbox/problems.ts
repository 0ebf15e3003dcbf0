/** Ends a request with a status and a special body. The default body is CleverReach's `{"error": {code, message}}`. */
export class Problem extends Error {
  readonly body: unknown;

  constructor(
    readonly status: number,
    message: string,
    body?: unknown,
  ) {
    super(message);
    this.name = 'Problem';
    this.body = body ?? { error: { code: status, message } };
  }
}

/** The error format of the token endpoint, always with status 400. */
export function oauthProblem(error: string, description: string): Problem {
  return new Problem(400, description, { error, error_description: description });
}

export const notFound = () => new Problem(404, 'Not Found');
export const invalidReceiver = () => new Problem(404, 'Not Found: invalid receiver');
export const badRequest = (detail: string) => new Problem(400, `Bad Request: ${detail}`);

/** An error about one field of a form of the page: `email`, or an attribute such as `attributes.store`. */
export function fieldProblem(status: number, message: string, field: string): Problem {
  return new Problem(status, message, { error: { code: status, message, field } });
}
