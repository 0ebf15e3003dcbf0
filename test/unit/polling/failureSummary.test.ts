import { FailureSummary } from '../../../lib/polling/failureSummary';
import { RecordError } from '../../../lib/utils/errors';

const thrown = (failures: FailureSummary): (() => void) => {
  return () => {
    failures.throwAll();
  };
};

describe('the error about receivers that could not be sent', () => {
  it.each([
    [10, ''],
    [12, '; and 2 more'],
  ])('names ten of %d', (count, more) => {
    const failures = new FailureSummary();
    for (let id = 1; id <= count; id += 1) failures.add('7', String(id), `why ${id}`);
    failures.others = 1;
    const named = Array.from({ length: 10 }, (_, index) => `receiver ${index + 1} of group 7: why ${index + 1}`);
    expect(thrown(failures)).toThrow(
      new RecordError(
        `${count} of ${count + 1} receivers could not be sent; the next poll tries them again. The poll continued with the other receivers. ` +
          `${named.join('; ')}${more}`,
      ),
    );
  });

  it('gives a reason once for all receivers of a group that have it', () => {
    const failures = new FailureSummary();
    failures.add('7', '1', 'why');
    failures.add('7', '2', 'else');
    failures.add('7', '3', 'why');
    failures.add('8', '3', 'why');
    expect(thrown(failures)).toThrow(
      '. receivers 1, 3 of group 7: why; receiver 2 of group 7: else; receiver 3 of group 8: why',
    );
  });

  it('does not mention others if there are none', () => {
    const failures = new FailureSummary();
    failures.add('7', '1', 'why');
    expect(thrown(failures)).toThrow(
      '1 of 1 receivers could not be sent; the next poll tries them again. receiver 1 of group 7: why',
    );
  });

  it('is not thrown if all were sent', () => {
    const failures = new FailureSummary();
    failures.others = 5;
    expect(thrown(failures)).not.toThrow();
  });
});
