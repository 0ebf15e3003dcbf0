import { bounded } from './truncate';
import { maskEmails } from './maskEmails';

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

/** A logger of which it is not known what its methods return: a promise may be rejected. */
type RuntimeLogger = Record<keyof Logger, (text: string) => unknown>;

/** Tells the details among the reports: on a platform the level of a log is out of reach of whoever builds a flow. */
export function withDetail(logger: Logger): Logger {
  const at = (level: keyof Logger) => (text: string) => {
    logger[level](text);
  };
  return { debug: at('info'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * The same log, which never throws: a line that cannot be written must not fail what it is about. A line is one line of at most
 * 2,000 characters without addresses, whatever it was made of.
 */
export function safeLogger(logger: RuntimeLogger): Logger {
  const at = (level: keyof Logger) => (text: string) => {
    try {
      const written = logger[level](bounded(oneLine(maskEmails(text))));
      if (written instanceof Promise) written.catch(() => undefined);
    } catch {
      // there is nobody left to tell
    }
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Of what came from outside, a line break could pass for the next line of the log. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
