/**
 * Lets Node load a package, once for all test files that a process runs. Jest loads its modules anew for each file, which takes longer
 * than most files do. Only for packages that keep nothing of a test.
 */
module.exports = { process: (_, file) => ({ code: `module.exports = requireByNode(${JSON.stringify(file)});` }) };
