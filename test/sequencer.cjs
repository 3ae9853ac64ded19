const { default: Sequencer } = require("@jest/test-sequencer");

/** Suites that take long, longest first. A fresh clone knows no times yet, and one of these at the end keeps one core alone. */
const LONG = [
  "model/model",
  "e2e/snapshot-restore",
  "e2e/kill",
  "e2e/rollback-example",
  "e2e/snapshot",
  "e2e/restore",
  "e2e/command-restore",
  "host/engine-failures",
  "host/engine",
  "e2e/import-refusals",
  "host/engine-state",
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONG.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
