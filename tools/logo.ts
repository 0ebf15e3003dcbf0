/** `npm run logo`: draws the logo that elastic.io shows, 128 by 128 pixels, from its drawing. */

import path from 'node:path';
import { startChromium } from '../test/browser/support/chromium';
import { runCommand } from './lib/args';
import { readText, writeOut } from './lib/files';

const ROOT = path.resolve(__dirname, '..');
const SIZE = { width: 128, height: 128 };

const usage = `Usage: npm run logo

Draws logo.png from docs/logo.svg. Needs a Chromium.

Exit code: 0, 1 when it failed, 2 when the command was given wrongly.`;

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
