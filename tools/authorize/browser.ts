/** Opens a URL in the browser of the user at this machine. */

import { spawn } from 'node:child_process';

/** None of them uses a shell, which would interpret the `&` of a URL. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** @param tell called if this machine has no such program, or the program finds no browser */
export function openInBrowser(url: string, platform: NodeJS.Platform, tell: (text: string) => void): void {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  const fail = (): void => {
    tell('No browser could be opened. Open the page yourself.');
  };
  child.once('error', fail);
  child.once('exit', (code) => {
    if (code !== 0) fail();
  });
  child.unref();
}
