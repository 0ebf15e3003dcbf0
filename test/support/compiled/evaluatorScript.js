/** In place of lib/utils/mapping/evaluatorScript.ts. */
const path = require('node:path');
const { FOLDER } = require('./options.js');

exports.EVALUATOR = [path.join(FOLDER, 'lib/utils/mapping/evaluator.js')];
