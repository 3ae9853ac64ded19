import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { Project } from "../tools/support/project";

jest.setTimeout(60_000);

/**
 * A script of the Automation API is no program: a roll-back after `stack.up()` is what `restoreSnapshot` is for. The
 * SDK and its inline language server are the installed ones; only the command line that they drive is stood in for.
 */
const COMMAND = `#!${process.execPath}
const grpc = require("@grpc/grpc-js");
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb");
const { RegisterResourceResponse } = require("@pulumi/pulumi/proto/resource_pb");
const { LanguageRuntimeClient } = require("@pulumi/pulumi/proto/language_grpc_pb");
const { RunRequest } = require("@pulumi/pulumi/proto/language_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const args = process.argv.slice(2);
const inline = args.find((arg) => arg.startsWith("--client="))?.slice("--client=".length);
if (args[0] === "version") console.log("v3.260.0");
else if (inline === undefined) console.log(args.includes("history") ? "[]" : "{}");
else {
  const monitor = new grpc.Server();
  monitor.addService(ResourceMonitorService, {
    registerResource: ({ request }, done) =>
      done(null, new RegisterResourceResponse().setUrn("urn:pulumi:s::p::" + request.getType() + "::s")),
    registerResourceOutputs: (_call, done) => done(null, new Empty()),
  });
  monitor.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
    const program = new LanguageRuntimeClient(inline, grpc.credentials.createInsecure());
    const run = new RunRequest().setProject("p").setStack(args[args.indexOf("--stack") + 1]).setParallel(4);
    program.run(run.setMonitorAddress("127.0.0.1:" + port), (error) => {
      if (error) console.error(error.message);
      process.exit(error ? 255 : 0);
    });
  });
}
`;

const SCRIPT = `
const pulumi = require("@pulumi/pulumi");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { restoreSnapshot } = require("pulumi-vpsorg");

const seen = [];
const attempt = async (where) => {
  const monitor = pulumi.runtime.hasMonitor();
  const end = await restoreSnapshot({ snapshotId: 801 }).then((done) => done.serverStatus, (error) => error.code);
  seen.push([where, monitor, end]);
};
const inline = (stackName, program) => LocalWorkspace.createOrSelectStack({ projectName: "p", stackName, program });

async function main() {
  const [started, rest, ended] = [1, 2, 3].map(() => Promise.withResolvers());
  let left;
  const one = await inline("one", async () => {
    await attempt("in the program");
    left = ended.promise.then(() => attempt("what the program left behind"));
    started.resolve();
    await rest.promise;
  });
  const up = one.up();
  await Promise.race([started.promise, up]);
  await attempt("beside the program");
  rest.resolve();
  await up;
  await attempt("after it");
  const two = await inline("two", () => attempt("in the program of another stack"));
  await two.up();
  await attempt("after that");
  const local = await LocalWorkspace.createOrSelectStack({ stackName: "local", workDir: __dirname });
  await local.up();
  await attempt("after a local workspace");
  ended.resolve();
  await left;
  console.log(JSON.stringify(seen));
}
void main();
`;

describe("a script of the Automation API", () => {
  let emulator: Emulator;
  let project: Project;

  beforeAll(async () => {
    const snapshots = [{ id: 801, serverId: 12345, name: "golden" }];
    emulator = await startEmulator({ token: CANARY, speed: 600, snapshots });
    const env = {
      VPSORG_TOKEN: CANARY,
      VPSORG_ENDPOINT: emulator.endpoint,
      VPSORG_POLL_INTERVAL_SECONDS: "0.1",
    };
    const files = { "Pulumi.yaml": "name: p\nruntime: nodejs\n", "script.cjs": SCRIPT };
    project = new Project({ files, env });
    const bin = join(project.dir, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "pulumi"), COMMAND, { mode: 0o755 });
    project.env["PATH"] = [bin, project.env["PATH"]].join(delimiter);
  });

  afterAll(async () => {
    project.remove();
    await emulator.close();
  });

  it("restores beside and after its programs, and never within them", async () => {
    const { code, output } = await project.node("script.cjs");

    expect([code, JSON.parse(output)]).toEqual([
      0,
      [
        ["in the program", true, "INVALID_ARGUMENT"],
        ["beside the program", false, "active"],
        ["after it", false, "active"],
        ["in the program of another stack", true, "INVALID_ARGUMENT"],
        ["after that", false, "active"],
        ["after a local workspace", false, "active"],
        ["what the program left behind", true, "INVALID_ARGUMENT"],
      ],
    ]);
    expect(emulator.requests().filter(({ method }) => method === "POST")).toHaveLength(4);
  });
});
