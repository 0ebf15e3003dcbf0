/** `npm run logo`: renders the logo for elastic.io, 128 by 128 pixels, from its SVG. */

import path from 'node:path';
import { startChromium } from '../test/support/browser/chromium';
import { runCommand } from './lib/args';
import { readText, writeOut } from './lib/files';

const ROOT = path.resolve(__dirname, '..');
const SIZE = { width: 128, height: 128 };

const usage = `Usage: npm run logo

Draws logo.png from docs/logo.svg. Needs a Chromium.

Exit code: 0; 1 if it failed; 2 if the command line is invalid.`;

runCommand({ usage, options: {} }, async () => {
  const drawing = readText(path.join(ROOT, 'docs/logo.svg'));
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ viewport: SIZE });
    await page.setContent(`<body style="margin: 0">${drawing}</body>`);
    writeOut(path.join(ROOT, 'logo.png'), await page.locator('svg').screenshot({ omitBackground: true }));
  } finally {
    await browser.close();
  }
});
