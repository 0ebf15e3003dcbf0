/**
 * After a fault at any request, a poll ends successfully or with one typed error, and the next poll sends what is
 * missing.
 */

import { expectWithstood, matrixOf } from '../support/faults/matrix';
import { pollingUses } from '../support/faults/pollingUses';

const matrix = matrixOf(pollingUses);

it.each(pollingUses.map(({ name }) => name))(
  '%s loses no change and runs ahead of nothing, whatever goes wrong at any of its requests',
  async (name) => {
    await expectWithstood(matrix, name);
  },
);
