/** Starts the Chromium of this machine without a window. It connects to the loopback interface only. */

import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Background requests of the browser are switched off: only the requested page may be fetched. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `CHROMIUM_PATH`, or else one of the usual paths; undefined if Chromium is not installed. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  return [env['CHROMIUM_PATH'] ?? '', ...USUAL_PLACES].find((place) => place !== '' && existsSync(place));
}

/**
 * Starts a browser with an empty profile. The caller must `close()` it.
 * @throws Error if Chromium is not installed
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new Error('No Chromium: apt-get install chromium, or set CHROMIUM_PATH');
  // Chromium's own sandbox does not start for root, and the tests run as root in containers
  return await chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: QUIET,
  });
}
