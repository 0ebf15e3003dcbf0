/** In place of lib/mapping/evaluatorCommand.ts. */
const path = require('node:path');
const { FOLDER } = require('./options.js');

exports.EVALUATOR = [path.join(FOLDER, 'lib/mapping/evaluatorMain.js')];
