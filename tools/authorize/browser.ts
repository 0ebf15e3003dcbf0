/** Opens a URL in the browser of the user at this machine. */

import { once } from 'node:events';

/** @param report called if this machine has no such program, or the program finds no browser */
export async function openInBrowser(url: string, report: (text: string) => void): Promise<void> {
  try {
    const { default: open } = await import('open');
    const program = await open(url);
    // `open` does not check this itself
    const [code] = program.exitCode === null ? ((await once(program, 'exit')) as unknown[]) : [program.exitCode];
    if (code === 0) return;
  } catch {
    // there is no such program
  }
  report('No browser could be opened. Open the page yourself.');
}
