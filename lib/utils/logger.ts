/** The part of the runtimes' logger that we use. Both turn a non-text first argument into a text, so everything goes in as text. */
export interface Logger {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
