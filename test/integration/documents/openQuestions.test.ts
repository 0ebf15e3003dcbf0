/** The tables in docs/open-questions.md say what is tested, and all of it. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultSwitches } from '../../../sandbox';
import { met, unmet } from '../../support/openQuestions';

const root = path.join(__dirname, '../../..');
const text = readFileSync(path.join(root, 'docs/open-questions.md'), 'utf8');

/** The cells of each row of the table under a heading. */
function table(heading: string): string[][] {
  const section = text.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const metRows = table('Questions that the component meets');
const unmetRows = table('Questions that it does not meet');
const named = (cell: string | undefined): string => /`(\w+)`/.exec(cell ?? '')?.[1] ?? '';

it('every switch of the sandbox is in a table, and every switch in a table exists in the sandbox', () => {
  const inTables = [...metRows.map(([, , name]) => named(name)), ...unmetRows.map(([name]) => named(name))];
  expect(inTables.sort()).toEqual(Object.keys(defaultSwitches).sort());
});

it('apiVariants.test.ts covers the switches that the component meets', () => {
  expect(metRows.map(([, , name]) => named(name)).sort()).toEqual(Object.keys(met).sort());
});

it('the reasons for not meeting a question are the same in both places', () => {
  expect(Object.fromEntries(unmetRows.map(([name, why]) => [named(name), why]))).toEqual(unmet);
});

it('every question is tested with the default answer of the sandbox and with at least one other', () => {
  for (const [name, values] of Object.entries(met)) {
    const [first, ...others]: readonly unknown[] = values;
    expect([name, first]).toEqual([name, defaultSwitches[name as keyof typeof met]]);
    expect(others.length).toBeGreaterThan(0);
  }
});

it('every row states what the component does, and its tests exist', () => {
  for (const [question = '', does = '', , tests = ''] of metRows) {
    expect(question).toMatch(/\?$/);
    expect(does).not.toBe('');
    const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '');
    expect(tests.startsWith('variants')).toBe(true);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  }
});
