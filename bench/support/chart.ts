/** The chart: cost per receiver against the number of receivers, as SVG. */

import type { Series } from '../row';

const WIDTH = 720;
const HEIGHT = 400;
const EDGE = { left: 64, right: 120, top: 24, bottom: 56 };
const COLOURS = ['#6b7280', '#2563eb', '#d97706'];
/** Readable on a light and on a dark page. */
const INK = '#808080';

export function chartOf(series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const sizes = [...new Set(points.map(({ receivers }) => receivers))];
  const [from, to] = [Math.log10(Math.min(...sizes)), Math.log10(Math.max(...sizes))];
  const step = stepFor(Math.max(...points.map(({ microseconds }) => microseconds)));
  const top = step * Math.ceil(Math.max(...points.map(({ microseconds }) => microseconds)) / step);
  const [wide, high] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
  const x = (receivers: number): number => EDGE.left + (wide * (Math.log10(receivers) - from)) / (to - from || 1);
  const y = (microseconds: number): number => EDGE.top + high * (1 - microseconds / top);

  const steps = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const grid = steps.map(
    (value) =>
      `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="${INK}" stroke-opacity="0.25"/>` +
      text(EDGE.left - 8, y(value) + 4, String(value), 'end'),
  );
  const marks = sizes.map((size) => text(x(size), HEIGHT - EDGE.bottom + 20, size.toLocaleString('en-US'), 'middle'));
  const curves = series.map(({ name, points: own }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? INK;
    const line = own.map((point) => `${round(x(point.receivers))},${round(y(point.microseconds))}`);
    const dots = line.map((at) => `<circle cx="${at.replace(',', '" cy="')}" r="3.5" fill="${colour}"/>`).join('');
    const last = own.at(-1);
    const label = last ? text(x(last.receivers) + 10, y(last.microseconds) + 4, name, 'start', colour) : '';
    return `<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}${label}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    '<title>Cost of a receiver in microseconds against the number of receivers</title>',
    ...grid,
    ...marks,
    text(EDGE.left + wide / 2, HEIGHT - 12, 'receivers (logarithmic)', 'middle'),
    `<g transform="rotate(-90 16 ${EDGE.top + high / 2})">${text(16, EDGE.top + high / 2, 'µs per receiver', 'middle')}</g>`,
    ...curves,
    '</svg>\n',
  ].join('\n');
}

/** 1, 2 or 5 times a power of ten, so that there are four to ten grid lines. */
function stepFor(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(highest / 4));
  return power * ([5, 2].find((factor) => power * factor * 4 <= highest) ?? 1);
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', colour = INK): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
}

const round = (value: number): string => value.toFixed(1);
