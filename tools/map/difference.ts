/** The difference between two messages, line by line, as people read it. */

import { styleText } from 'node:util';
import { diffJson } from 'diff';
import type { Message } from '../../lib/utils/mapping/message';

export type Paint = (colour: 'red' | 'green' | 'yellow', text: string) => string;

export function painter(coloured: boolean): Paint {
  return (colour, text) => (coloured ? styleText(colour, text, { validateStream: false }) : text);
}

/** @param usual what the default mapping gives; undefined where it fails */
export function showDifference(usual: Message | undefined, mapped: Message, paint: Paint): string {
  if (!usual)
    return `${lines(' ', JSON.stringify(mapped, null, 2)).join('\n')}\n  The default mapping fails with this sample.`;
  const parts = diffJson(usual, mapped);
  const shown = parts.flatMap(({ added, removed, value }) => {
    if (added) return lines('+', value).map((line) => paint('green', line));
    return removed ? lines('-', value).map((line) => paint('red', line)) : lines(' ', value);
  });
  if (!parts.some(({ added, removed }) => added || removed))
    shown.push('  The same as the default mapping makes of it.');
  return shown.join('\n');
}

function lines(mark: string, text: string): string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark} ${line}`);
}
