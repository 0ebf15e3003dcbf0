/**
 * Draws the logo that elastic.io shows, 128 by 128 pixels, from its drawing:
 *
 *     npm run logo
 */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startChromium } from '../test/browser/support/chromium';

const ROOT = path.resolve(__dirname, '..');
const SIZE = { width: 128, height: 128 };

async function main(): Promise<void> {
  const drawing = await readFile(path.join(ROOT, 'docs/logo.svg'), 'utf8');
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ viewport: SIZE });
    await page.setContent(`<body style="margin: 0">${drawing}</body>`);
    await page.locator('svg').screenshot({ path: path.join(ROOT, 'logo.png'), omitBackground: true });
  } finally {
    await browser.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
