// Takes a snapshot, deploys a release, and goes back to the snapshot when the release is not healthy:
// `node pipeline.mjs RELEASE`. See README.md for the environment it reads.
// Exit codes: 0 the release is healthy, 1 it is not or something failed, 2 used wrongly, 130 interrupted.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const { env } = process;

/** For the release's own commands: what goes wrong in a release must not be able to delete the way back. */
const releaseEnvironment = Object.fromEntries(
  Object.entries(env).filter(([name]) => !/^(VPSORG|PULUMI)_/i.test(name)),
);

/** An end that is no success; its message is the last line of the log. */
class End extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

let running;
let interrupted = false;
let advice = "Nothing was deployed.";

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
    // Ctrl-C on a terminal reaches what runs by itself, and a second one would make Pulumi break off.
    if (signal === "SIGTERM" || !(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)) {
      running?.kill(signal);
    }
  });
}

/** Runs a program, shows what it says, and gives its exit code and its standard output where that is asked for. */
async function run(command, args, { read = false, ...options } = {}) {
  stopWhenInterrupted();
  const stdio = ["ignore", read ? "pipe" : "inherit", "inherit"];
  const child = (running = spawn(command, args, { stdio, ...options }));
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (data) => (text += data));
  const code = await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new End(`${command} could not be run: ${error.message}. ${advice}`)));
    // No exit code: a signal ended it.
    child.on("close", (ended) => resolve(ended ?? 1));
  });
  running = undefined;
  stopWhenInterrupted();
  return { code, text };
}

function stopWhenInterrupted() {
  if (interrupted) throw new End(`Interrupted. ${advice}`, 130);
}

const pulumi = (args, options) => run(env.PULUMI_BIN ?? "pulumi", [...args, "--non-interactive"], options);
const shell = (command, release) =>
  run(command, [], { shell: true, env: { ...releaseEnvironment, RELEASE: release } });

/** The command of the installed package, as `npx --no-install pulumi-vpsorg` runs it. */
function vpsorg(args, options) {
  const file = createRequire(import.meta.url).resolve("pulumi-vpsorg/package.json");
  const { bin } = createRequire(import.meta.url)(file);
  return run(process.execPath, [join(dirname(file), bin["pulumi-vpsorg"]), ...args], options);
}

async function must(step, work) {
  console.log(`== ${step}`);
  const { code, text } = await work;
  if (code !== 0) throw new End(`FAILED: ${step} ended with ${code}. ${advice}`);
  return text;
}

const outputs = async () =>
  JSON.parse(await must("read the stack", pulumi(["stack", "output", "--json"], { read: true })));

/** Takes the snapshot, and makes sure that this pipeline's own token can go back to it. */
async function takeSnapshot(release) {
  const before = await outputs();
  await must("set the release", pulumi(["config", "set", "release", release]));
  await must("take the snapshot", pulumi(["up", "--yes", "--skip-preview"]));
  const { snapshotId: id, snapshotName: name, snapshotServerId: server } = await outputs();
  if (id === before.snapshotId) {
    throw new End(
      `FAILED: snapshot ${id} was taken by an earlier run of release ${release}, so it may be old. ${advice} ` +
        `Give this run a name of its own, such as ${release}-2.`,
    );
  }
  const listed = await must(
    "look at the way back",
    vpsorg(["list", "--server", server, "--json"], { read: true }),
  );
  if (!JSON.parse(listed).snapshots.some((found) => found.id === id && found.status === "completed")) {
    throw new End(`FAILED: VPSORG_TOKEN cannot see snapshot ${id} completed on server ${server}. ${advice}`);
  }
  return { id, name, server };
}

/** Asks a few times: a service needs a moment to start. */
async function isHealthy({ command, attempts, intervalMs }, release) {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await sleep(intervalMs);
    const { code } = await shell(command, release);
    console.log(`health check ${attempt} of ${attempts}: ${code === 0 ? "healthy" : `ended with ${code}`}`);
    if (code === 0) return true;
  }
  return false;
}

async function goBack(snapshot, why) {
  console.log(`== go back: ${why}`);
  const again = `npx --no-install pulumi-vpsorg restore --watch ${snapshot.server}`;
  advice = `A restore that has begun continues on the server: see \`${again}\`.`;
  const { code } = await vpsorg(["restore", snapshot.id, "--server", snapshot.server, "--yes"]);
  if (code !== 0) {
    throw new End(
      `FAILED: ${why}, and going back to snapshot ${snapshot.id} ended with ${code}: see above. ${advice}`,
    );
  }
  throw new End(
    `FAILED: ${why}. Server ${snapshot.server} is back at snapshot ${snapshot.id} "${snapshot.name}".`,
  );
}

function readSettings() {
  const [release, ...more] = process.argv.slice(2);
  if (release === undefined || more.length > 0 || !/^[A-Za-z0-9][\w.+-]*$/.test(release)) {
    throw new End("usage: node pipeline.mjs RELEASE, with letters, digits and . + - _", 2);
  }
  const missing = ["VPSORG_TOKEN", "DEPLOY_COMMAND", "HEALTH_COMMAND"].filter((name) => !env[name]);
  if (missing.length > 0) throw new End(`set ${missing.join(", ")} in the environment; nothing was done`, 2);
  const attempts = Number(env.HEALTH_ATTEMPTS ?? 10);
  const seconds = Number(env.HEALTH_INTERVAL_SECONDS ?? 6);
  if (!Number.isInteger(attempts) || attempts < 1 || !(seconds >= 0 && seconds <= 3600)) {
    throw new End("HEALTH_ATTEMPTS and HEALTH_INTERVAL_SECONDS must be numbers; nothing was done", 2);
  }
  return { release, health: { command: env.HEALTH_COMMAND, attempts, intervalMs: seconds * 1000 } };
}

async function main() {
  const { release, health } = readSettings();
  const snapshot = await takeSnapshot(release);
  const label = `snapshot ${snapshot.id} "${snapshot.name}"`;
  const restore = `npx --no-install pulumi-vpsorg restore ${snapshot.id} --server ${snapshot.server}`;
  advice = `Nothing was restored: \`${restore}\` goes back to the state before release ${release}.`;

  console.log(`== deploy ${release}`);
  const deployed = await shell(env.DEPLOY_COMMAND, release);
  // A deployment that broke off leaves the server half changed.
  if (deployed.code !== 0)
    await goBack(snapshot, `the deployment of release ${release} ended with ${deployed.code}`);
  console.log(`== check the health of ${release}`);
  if (!(await isHealthy(health, release))) await goBack(snapshot, `release ${release} is not healthy`);
  console.log(`OK: release ${release} is healthy. The state before it is kept as ${label}.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof End ? error.message : error);
  process.exitCode = error instanceof End ? error.code : 1;
}
