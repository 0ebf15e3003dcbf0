/** A jest reporter that fails the run when a test was skipped, left to do, or when there was none at all. */
module.exports = class EveryTestRuns {
  onRunComplete(_, results) {
    const left = results.numPendingTests + results.numTodoTests;
    if (left > 0) this.error = new Error(`${left} tests were skipped; every test has to run.`);
    else if (results.numTotalTests === 0) this.error = new Error('No test was run.');
  }

  getLastError() {
    return this.error;
  }
};
