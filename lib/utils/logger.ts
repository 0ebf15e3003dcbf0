import { bounded } from './truncate';
import { redactEmails } from './redactEmails';

/**
 * The part of the runtimes' logger that we use. Both convert a non-string first argument to a string, so only strings
 * are passed.
 */
export interface Logger {
  /** Details: one line for each request and for each receiver. */
  debug(text: string): void;
  /** Reports: the results of a poll or a write. */
  info(text: string): void;
  /** Something to check although the work continues. */
  warn(text: string): void;
  /** Something has failed. */
  error(text: string): void;
}

/** A logger whose return values are unknown: it may return a promise that rejects. */
type RuntimeLogger = Record<keyof Logger, (text: string) => unknown>;

/** Logs details at the level of reports, because the author of a flow cannot set the log level of a platform. */
export function withDetail(logger: Logger): Logger {
  const at = (level: keyof Logger) => (text: string) => {
    logger[level](text);
  };
  return { debug: at('info'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * A logger that never throws: a failed log line must not fail the work. Each entry is one line of at most 2,000
 * characters without addresses.
 */
export function safeLogger(logger: RuntimeLogger): Logger {
  const at = (level: keyof Logger) => (text: string) => {
    try {
      const written = logger[level](bounded(oneLine(redactEmails(text))));
      if (written instanceof Promise) written.catch(() => undefined);
    } catch {
      // there is no other place to report the failure
    }
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Removes line breaks, because a line break in external data could imitate another log line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
