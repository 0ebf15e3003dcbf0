const path = require('node:path');

exports.ROOT = path.join(__dirname, '../../..');
/** Where what was compiled is, under the same names: within the project, since it needs the same packages. */
exports.FOLDER = path.join(exports.ROOT, 'node_modules/.cache/compiled');
exports.SWC = { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } };
