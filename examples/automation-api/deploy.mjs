// A snapshot, the release, and the way back when it is not healthy: `node deploy.mjs RELEASE`. See README.md.
import { spawnSync } from "node:child_process";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { restoreSnapshot } from "pulumi-vpsorg";

const [release] = process.argv.slice(2);
const { SERVER_ID: serverId, DEPLOY_COMMAND: deploy, HEALTH_COMMAND: health } = process.env;
if (!release || !serverId || !deploy || !health) {
  console.error("usage: node deploy.mjs RELEASE, with SERVER_ID, DEPLOY_COMMAND and HEALTH_COMMAND");
  process.exit(2);
}

// For the release's own commands: what goes wrong in a release must not be able to delete the way back.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^(VPSORG|PULUMI)_/i.test(key)),
);
const run = (command) =>
  spawnSync(command, { shell: true, stdio: "inherit", env: { ...env, RELEASE: release } }).status === 0;

const stack = await LocalWorkspace.createOrSelectStack({
  stackName: "production",
  workDir: import.meta.dirname,
});
const before = await stack.outputs();
await stack.setAllConfig({ serverId: { value: serverId }, release: { value: release } });
const { outputs } = await stack.up({ onOutput: (text) => process.stdout.write(text) });
const snapshotId = outputs.snapshotId.value;

if (snapshotId === before.snapshotId?.value) {
  console.error(`FAILED: snapshot ${snapshotId} is of an earlier run of ${release}; nothing was deployed`);
  process.exitCode = 1;
} else if (run(deploy) && run(health)) {
  console.log(`OK: release ${release} is healthy. The state before it is snapshot ${snapshotId}.`);
} else {
  const { serverName, serverStatus } = await restoreSnapshot({ snapshotId, serverId });
  console.error(
    `FAILED: release ${release} is not healthy. ${serverName} is back at snapshot ${snapshotId}, and ${serverStatus}.`,
  );
  process.exitCode = 1;
}
