/** The rows in the order of the table. */

import type { Row } from '../row';
import { day } from './day';
import { firstRead } from './firstRead';
import { growth } from './growth';
import { quietPoll } from './quietPoll';
import { slowAnswers } from './slowAnswers';
import { startUp } from './startUp';
import { throughput } from './throughput';
import { upsert } from './upsert';
import { wire } from './wire';

export const rows: readonly Row[] = [quietPoll, firstRead, growth, throughput, upsert, wire, startUp, day, slowAnswers];
