/**
 * Terminal output of the tools: results on standard output, errors on standard error, and progress that overwrites
 * itself on a terminal.
 */

const CLEAR_LINE = '\r\u001b[K';
/** Interval of progress lines without a terminal (a log, a pipe). */
const QUIET_INTERVAL_MS = 5_000;
const SHOWN_INTERVAL_MS = 100;

let unfinished = false;

/** The exit code that a shell reports if the reader of a pipe has ended, as with `| head -1`. */
const READER_GONE = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') complain(`The output could not be written: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? READER_GONE : 1);
});

/**
 * Control characters and characters that reorder a line; joiners are excluded, because they belong to words and emoji.
 */
const UNSHOWN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** External text with its control and bidi characters escaped as in JSON: `\u001b`. This includes line breaks. */
export function visible(text: string): string {
  return text.replace(UNSHOWN, (one) =>
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Prints lines. A line break inside a line is escaped, so that external data cannot imitate another line. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) sayAsIs(visible(line));
}

/** Prints several lines; external data in them must already be escaped. */
export function sayText(text: string): void {
  say(...text.split('\n'));
}

/** Prints errors to standard error. */
export function complain(...lines: readonly string[]): void {
  if (unfinished) process.stdout.write(CLEAR_LINE);
  unfinished = false;
  for (const line of lines) process.stderr.write(`${visible(line)}\n`);
}

/** Prints a line with colours; external data in it must already be escaped. */
export function sayAsIs(line: string): void {
  process.stdout.write(`${unfinished ? CLEAR_LINE : ''}${line}\n`);
  unfinished = false;
}

/** Shows the progress of a longer operation. */
export class Progress {
  private shownAt = Date.now();

  show(text: string): void {
    const watched = process.stdout.isTTY;
    const now = Date.now();
    if (now - this.shownAt < (watched ? SHOWN_INTERVAL_MS : QUIET_INTERVAL_MS)) return;
    this.shownAt = now;
    if (watched) {
      process.stdout.write(`${CLEAR_LINE}${visible(text)}`);
      unfinished = true;
    } else say(text);
  }
}
