/** The part of the runtimes' logger that we use. Both turn a non-text first argument into a text, so everything goes in as text. */
export interface Logger {
  /** Detail: a line for each request and for each receiver. */
  debug(text: string): void;
  /** Reports: what a poll or a write has done. */
  info(text: string): void;
  /** What needs a look although the work goes on. */
  warn(text: string): void;
  /** What has failed. */
  error(text: string): void;
}

/** Tells the details among the reports: on a platform the level of a log is out of reach of whoever builds a flow. */
export function withDetail(logger: Logger): Logger {
  const at = (level: keyof Logger) => (text: string) => {
    logger[level](text);
  };
  return { debug: at('info'), info: at('info'), warn: at('warn'), error: at('error') };
}
