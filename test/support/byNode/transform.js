/**
 * Lets Node load a package, once for all test files that a process runs. Jest loads its modules anew for each file, which takes longer
 * than most files do. Only for packages that keep nothing of a test, read no variables of the environment, which a test has of its own, and
 * compare nothing of a test with a class of JavaScript, which a test has of its own as well.
 */
module.exports = { process: (_, file) => ({ code: `module.exports = requireByNode(${JSON.stringify(file)});` }) };
