/** Begins an evaluation without end, and says when its process is at work. Killed by a test. */

import { customMapping } from '../../../lib/mapping/customMapping';
import { hostileRecord } from './hostile';

async function begin(): Promise<void> {
  await customMapping('{"data": {}}')({ data: {} });
  customMapping('$contains(data.text, /^(a+)+$/)')(hostileRecord).catch(() => undefined);
  setTimeout(() => process.stdout.write('busy\n'), 200);
}

void begin();
