// Restores a snapshot and waits until the server works again: `node restore.mjs SNAPSHOT_ID`.
// Everything on the server is overwritten with what the snapshot holds.
import { restoreSnapshot } from "pulumi-vpsorg";

const [snapshotId] = process.argv.slice(2);
if (snapshotId === undefined) {
  console.error("usage: node restore.mjs SNAPSHOT_ID");
  process.exit(2);
}

let shown = "";
try {
  const result = await restoreSnapshot({
    snapshotId,
    onProgress: ({ phase, elapsedMs, serverStatus }) => {
      const line = `${phase}: the server is ${serverStatus || "not answering"}`;
      if (line !== shown) console.log(`${line} (${Math.round(elapsedMs / 1000)} s)`);
      shown = line;
    },
  });
  console.log(`restored ${result.snapshotName} on ${result.serverName}, which is ${result.serverStatus}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
