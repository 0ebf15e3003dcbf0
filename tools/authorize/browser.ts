/** Opens an address in the browser of whoever sits at this machine. */

import { spawn } from 'node:child_process';

/** None of them goes through a shell, which would read the `&` of an address as its own. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** @param tell told when this machine has no such program, or the program finds no browser */
export function openInBrowser(url: string, platform: NodeJS.Platform, tell: (text: string) => void): void {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  const fail = (): void => {
    tell('No browser could be opened here. Open the page yourself.');
  };
  child.once('error', fail);
  child.once('exit', (code) => {
    if (code !== 0) fail();
  });
  child.unref();
}
