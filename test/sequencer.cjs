const { default: Sequencer } = require("@jest/test-sequencer");

/** Suites that take long, longest first. A fresh clone knows no times yet, and one of these at the end keeps one core alone. */
const LONG = [
  "model/model",
  "e2e/snapshot-restore",
  "e2e/kill",
  "e2e/package",
  "e2e/documents",
  "e2e/release-pipeline",
  "e2e/rotation",
  "host/recorded/restoring",
  "host/recorded/replacing",
  "host/recorded/rotating",
  "rotation/interrupted",
  "e2e/snapshot",
  "faults/matrix-restore-resources",
  "e2e/requests",
  "e2e/rollback-example",
  "tools/engine/engine",
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONG.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
