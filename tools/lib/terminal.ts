/** What the tools say: results on the standard output, errors on the standard error, and progress that overwrites itself where somebody is watching. */

const CLEAR_LINE = '\r\u001b[K';
/** Where nobody watches (a log, a pipe), a line now and then. */
const QUIET_INTERVAL_MS = 5_000;
const SHOWN_INTERVAL_MS = 100;

let unfinished = false;

/** What a shell reports of a command whose reader has gone, as with `| head -1`. */
const READER_GONE = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') complain(`The output could not be written: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? READER_GONE : 1);
});

/** What a terminal obeys or what reorders a line; the joiners belong to words and emoji. */
const UNSHOWN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text from data, files and errors with its control and bidi characters shown as in JSON: `\u001b`. Line breaks are among them. */
export function visible(text: string): string {
  return text.replace(UNSHOWN, (one) =>
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Lines of their own. A line break inside of one is shown, and does not end it: what is told of data cannot look like another line. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) sayAsIs(visible(line));
}

/** A text of several lines; what it holds of data has to be visible already. */
export function sayText(text: string): void {
  say(...text.split('\n'));
}

/** Lines about what went wrong, for the standard error. */
export function complain(...lines: readonly string[]): void {
  if (unfinished) process.stdout.write(CLEAR_LINE);
  unfinished = false;
  for (const line of lines) process.stderr.write(`${visible(line)}\n`);
}

/** A line that holds colours; what it holds of data has to be visible already. */
export function sayAsIs(line: string): void {
  process.stdout.write(`${unfinished ? CLEAR_LINE : ''}${line}\n`);
  unfinished = false;
}

/** Progress of something that takes a while. */
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
