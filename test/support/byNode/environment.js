/** Jest's environment for Node, with Node's own `require` for {@link ./transform.js}. */
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.requireByNode = require;
  }
};
