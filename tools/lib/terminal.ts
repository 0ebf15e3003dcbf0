/** What the tools say: lines on the standard output, and progress that overwrites itself where somebody is watching. */

const CLEAR_LINE = '\r\u001b[K';
/** Where nobody watches (a log, a pipe), a line now and then. */
const QUIET_INTERVAL_MS = 5_000;
const SHOWN_INTERVAL_MS = 100;

let unfinished = false;

/** A line of its own. */
export function say(text: string): void {
  process.stdout.write(`${unfinished ? CLEAR_LINE : ''}${text}\n`);
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
      process.stdout.write(`${CLEAR_LINE}${text}`);
      unfinished = true;
    } else say(text);
  }
}
