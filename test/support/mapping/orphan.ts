/** Starts an endless evaluation, and prints a line as soon as its process is working. A test kills it. */

import { customMapping } from '../../../lib/mapping/customMapping';
import { hostileRecord } from './hostile';

async function begin(): Promise<void> {
  await customMapping('{"data": {}}')({ data: {} });
  customMapping('$contains(data.text, /^(a+)+$/)')(hostileRecord).catch(() => undefined);
  setTimeout(() => process.stdout.write('busy\n'), 200);
}

void begin();
