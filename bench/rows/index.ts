/** The rows in the order of the table. */

import type { Row } from '../row';
import { firstRead } from './firstRead';
import { growth } from './growth';
import { quietPoll } from './quietPoll';
import { startUp } from './startUp';
import { throughput } from './throughput';
import { upsert } from './upsert';
import { wire } from './wire';

export const rows: readonly Row[] = [quietPoll, firstRead, growth, throughput, upsert, wire, startUp];
