const { default: Sequencer } = require("@jest/test-sequencer");

/** Suites that take long, longest first. A fresh clone knows no times yet, and one of these at the end keeps one core alone. */
const LONG = [
  "model/model",
  "e2e/release-pipeline",
  "host/recorded/restoring",
  "e2e/package",
  "host/recorded/replacing",
  "tools/engine/engine-state",
  "e2e/kill",
  "e2e/import-file",
  "tools/engine/engine-failures",
  "e2e/snapshot-restore",
  "e2e/documents",
  "e2e/rotation",
  "faults/matrix-create",
  "host/recorded/rotating",
  "e2e/command-restore",
  "e2e/restore",
  "e2e/command-terminal",
  "e2e/rollback-example",
  "faults/matrix-wait",
  "core/printed",
  "faults/matrix-addition",
  "host/provider-replace",
  "e2e/snapshot",
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
