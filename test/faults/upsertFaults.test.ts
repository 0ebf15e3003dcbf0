/**
 * After a fault at any request, the action succeeds, hands the message back, or refuses it; and the message can be
 * delivered again.
 */

import { expectWithstood, matrixOf } from '../support/faults/matrix';
import { writingUses } from '../support/faults/writingUses';

const matrix = matrixOf(writingUses);

it.each(writingUses.map(({ name }) => name))(
  '%s is not lost, damaged or duplicated by a fault at any of its requests',
  async (name) => {
    await expectWithstood(matrix, name);
  },
);
