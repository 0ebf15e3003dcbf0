/** Prints what the steps of the demo send and log: one message, and one line for each kind of log line of a poll. */

import { isObject } from '../../lib/utils/objects';
import { utc } from '../../lib/utils/clock';
import type { DemoEvents } from './demoFlow';
import { bodyOf } from './payload';
import { Progress, say } from './terminal';

/** Maximum length of a shown message. */
const MESSAGE_LENGTH = 300;

export class DemoOutput implements DemoEvents {
  /** Set while the flow keeps polling. */
  isSilent = false;
  private readonly progress = new Progress();
  private hasShownMessage = false;
  private writes = 0;
  private lastUpdated: number | undefined;

  /** @param receivers the number of receivers that the first poll sends */
  constructor(private readonly receivers: number) {}

  sent(count: number, message: unknown): void {
    if (this.isSilent) return;
    if (!this.hasShownMessage && isActive(message)) {
      this.hasShownMessage = true;
      say(`  a message (an invented person, shortened): ${shortened(message)}`);
    }
    this.progress.show(`  ${count} of ${this.receivers} receivers sent …`);
  }

  log(text: string, from: 'trigger' | 'action'): void {
    if (this.isSilent) return;
    if (from === 'trigger') say(`  log of the trigger: ${text}`);
    else if (/^Wrote to .* records?: /.test(text)) {
      this.writes += 1;
      if (this.writes === 1) say(`  log of the action: ${text}`);
    }
  }

  /** @param lastUpdated the time in the snapshot, in Unix seconds */
  endOfPoll(lastUpdated: number): void {
    if (this.writes > 1) say(`  (and ${this.writes - 1} similar ${this.writes === 2 ? 'line' : 'lines'})`);
    this.writes = 0;
    const at = utc(lastUpdated);
    if (lastUpdated === this.lastUpdated)
      say(`  snapshot: lastUpdated stays at ${at}, because this poll began in the same second as the last one`);
    else
      say(`  snapshot: lastUpdated is ${at}, a minute before the poll began, since CleverReach may show changes late`);
    this.lastUpdated = lastUpdated;
  }
}

/** A receiver with `active`, or a person, which has no such field. */
function isActive(message: unknown): boolean {
  const payload = bodyOf(message);
  const data = isObject(payload) ? payload['data'] : undefined;
  return isObject(data) && data['active'] !== false;
}

function shortened(message: unknown): string {
  const payload = bodyOf(message);
  if (!isObject(payload)) return '';
  const { metadata, data } = payload;
  const text = JSON.stringify({ metadata, data }, (_, value: unknown) =>
    value === '' || value === 0 ? undefined : value,
  );
  return text.length > MESSAGE_LENGTH ? `${text.slice(0, MESSAGE_LENGTH)}…` : text;
}
