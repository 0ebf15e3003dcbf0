/** The difference between two messages, line by line. */

import { styleText } from 'node:util';
import { diffJson } from 'diff';
import type { MappingMessage } from '../../lib/mapping/message';
import { visible } from '../lib/terminal';

/** A part of a line, with its colour if it has one. */
export type Part = string | { colour: 'red' | 'green' | 'yellow'; text: string };

/** The line for the terminal. */
export function painted(parts: readonly Part[], coloured: boolean): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return visible(part);
      const text = visible(part.text);
      return coloured ? styleText(part.colour, text, { validateStream: false }) : text;
    })
    .join('');
}

/**
 * The lines of the difference.
 * @param usual the result of the default mapping; undefined if it fails
 */
export function showDifference(usual: MappingMessage | undefined, mapped: MappingMessage): Part[] {
  if (!usual) return [...lines(' ', JSON.stringify(mapped, null, 2)), '  The default mapping fails for this sample.'];
  const parts = diffJson(usual, mapped);
  const shown = parts.flatMap(({ added, removed, value }): Part[] => {
    if (added) return lines('+', value).map((text) => ({ colour: 'green', text }));
    return removed ? lines('-', value).map((text) => ({ colour: 'red', text })) : lines(' ', value);
  });
  if (!parts.some(({ added, removed }) => added || removed))
    shown.push('  The same as the result of the default mapping.');
  return shown;
}

function lines(mark: string, text: string): string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark} ${line}`);
}
