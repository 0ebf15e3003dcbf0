/** The Chromium of this machine, driven headless. It talks to the loopback only. */

import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** What a browser does by itself on the network is switched off: nothing but the page that is asked for may be fetched. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where `CHROMIUM_PATH` says, else in the usual places; undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  return [env['CHROMIUM_PATH'] ?? '', ...USUAL_PLACES].find((place) => place !== '' && existsSync(place));
}

/**
 * Starts a browser with an empty profile; whoever starts it has to `close()` it.
 * @throws Error when this machine has no Chromium
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new Error('No Chromium: apt-get install chromium, or set CHROMIUM_PATH');
  // Chromium's own sandbox does not start for root, which is whom a container's tests run as
  return await chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: QUIET,
  });
}
