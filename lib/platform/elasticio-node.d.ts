/**
 * elasticio-node ships no types; these are for the part we use. Its index would load an HTTP client, which takes a
 * tenth of a second.
 */
declare module 'elasticio-node/lib/messages.js' {
  export interface Message {
    id: string;
    attachments: Record<string, unknown>;
    body: unknown;
    headers: Record<string, unknown>;
    metadata: Record<string, unknown>;
  }
  export function newEmptyMessage(): Message;
}
