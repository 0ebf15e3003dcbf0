/**
 * Regular expressions of custom mappings. Some take longer than the universe on forty letters, and nothing in JSONata
 * interrupts one, but Node's `vm` can: it stops whatever runs inside a script when the time is over.
 */

import vm from 'node:vm';
import { property } from './functions/text';

/** How long a regular expression may search at a stretch. */
export const SEARCH_MILLISECONDS = 200;
/** A search that goes on is done in one stretch up to here, since a time limit costs more than most searches. */
const MATCHES_AT_A_STRETCH = 10_000;

const context = vm.createContext({});
const script = new vm.Script('work()');

/** Does the work, which has to be synchronous, or throws when it takes too long. */
function withinTime(work: () => void): void {
  context['work'] = work;
  try {
    script.runInContext(context, { timeout: SEARCH_MILLISECONDS });
  } catch (error) {
    if (property(error, 'code') !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`a regular expression searched for more than ${SEARCH_MILLISECONDS} ms`, { cause: error });
  } finally {
    delete context['work'];
  }
}

/** The part of a RegExp with the flag g that JSONata uses: it sets lastIndex, and then asks for the match from there on. */
class TimedRegExp {
  lastIndex = 0;
  readonly #pattern: RegExp;
  #text = '';
  /** where the match that was given last ended, and what follows it; null if nothing does */
  #end = -1;
  #following: (RegExpExecArray | null)[] = [];

  constructor(pattern: RegExp) {
    this.#pattern = new RegExp(pattern);
  }

  /** @returns the same as RegExp.exec; throws when the search takes too long */
  exec(text: string): RegExpExecArray | null {
    const goesOn = text === this.#text && this.lastIndex === this.#end;
    if (!goesOn || this.#following.length === 0) this.#search(text, goesOn ? MATCHES_AT_A_STRETCH : 1);
    const match = this.#following.shift() ?? null;
    this.#text = text;
    this.#end = match ? match.index + match[0].length : -1;
    this.lastIndex = Math.max(0, this.#end);
    return match;
  }

  #search(text: string, atMost: number): void {
    const found: (RegExpExecArray | null)[] = [];
    const pattern = this.#pattern;
    pattern.lastIndex = this.lastIndex;
    withinTime(() => {
      while (found.length < atMost) {
        const match = pattern.exec(text);
        found.push(match);
        // after an empty match the same would be found for ever; JSONata refuses it at the second time
        if (!match || match[0] === '') return;
      }
    });
    this.#following = found;
  }
}

/** What JSONata makes its regular expressions with. */
export const TimedRegExpEngine = new Proxy(RegExp, {
  construct(_, [pattern]: unknown[]) {
    if (!(pattern instanceof RegExp)) throw new TypeError('not a regular expression');
    return new TimedRegExp(pattern);
  },
});
