/** elasticio-node ships no types; this is the part we use. Its index would load an HTTP client and cost a tenth of a second. */
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
