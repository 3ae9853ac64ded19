import { spawn } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiCommand } from "../tools/engine/choose";
import { CANARY } from "../tools/support/account";
import { Deployment } from "../tools/support/deployment";
import { ROOT } from "../tools/support/project";
import type { Finished } from "../tools/support/project";

jest.setTimeout(120_000);

let stack: Deployment;
const SNAPSHOT = { id: 801, serverId: 12345, name: "before-release-5a3c9e1" };
const TAKEN = { snapshotId: "801", snapshotName: SNAPSHOT.name, snapshotServerId: "12345" };

/** What a release is, and whether it is healthy, is in its name. */
const COMMANDS = {
  DEPLOY_COMMAND: 'echo "$RELEASE" >> deployed',
  HEALTH_COMMAND: 'echo "$RELEASE" >> checked; case "$RELEASE" in good*) exit 0;; *) exit 1;; esac',
  HEALTH_ATTEMPTS: "3",
  HEALTH_INTERVAL_SECONDS: "0.05",
};

beforeEach(async () => {
  // The token comes from the environment, as in a pipeline; the one of the stack is the same.
  const env = { VPSORG_TOKEN: CANARY, ...COMMANDS };
  stack = await Deployment.open({ example: "deploy-with-rollback", env });
  await stack.must("config", "set", "serverId", "12345");
});

afterEach(async () => {
  expect(stack.traces()).not.toContain(CANARY);
  await stack.close();
});

/** The command line under test as one program: the offline engine is a script with arguments. */
function pulumiProgram(): string {
  const { command, args } = pulumiCommand(ROOT);
  if (args.length === 0) return command;
  return script(`exec ${[command, ...args].map((word) => `"${word}"`).join(" ")} "$@"`);
}

/** For what the pipeline makes of exit codes: a command line that only answers, with a snapshot that is there. */
function stubbed({ upEndsWith = 0 } = {}): void {
  stack.emulator.outside.createSnapshot(SNAPSHOT);
  const file = (name: string, content: object): string => {
    const path = join(stack.project.dir, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const [current, next] = [file("outputs.json", {}), file("next.json", TAKEN)];
  stack.project.env["PULUMI_BIN"] = script(`case "$1" in
  stack) cat "${current}" ;;
  up) cp "${next}" "${current}"; exit ${upEndsWith} ;;
esac`);
}

function script(body: string): string {
  const path = join(stack.project.dir, "pulumi.sh");
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function pipeline(...args: string[]): Promise<Finished & { readonly lastLine: string }> {
  const done = await stack.project.merged("pipeline.mjs", ...args);
  expect(done.output).not.toContain(CANARY);
  return { ...done, lastLine: done.output.trimEnd().split("\n").at(-1) ?? "" };
}

const lines = (file: string): string[] => {
  try {
    return readFileSync(join(stack.project.dir, file), "utf8").trim().split("\n");
  } catch {
    return [];
  }
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const restores = (): string[] => stack.writes().filter((write) => write.endsWith("/restore/"));
const latest = async (): Promise<string> => String((await stack.project.outputs())["snapshotId"]);

describe("examples/deploy-with-rollback", () => {
  it("ends green where the release is healthy, restores nothing, and keeps its secrets from the release", async () => {
    stack.project.env["PULUMI_BIN"] = pulumiProgram();
    const { DEPLOY_COMMAND: deploy, HEALTH_COMMAND: health } = COMMANDS;
    const see = "env | cut -d= -f1 >> seen";
    Object.assign(stack.project.env, {
      DEPLOY_COMMAND: `${see}; ${deploy}`,
      HEALTH_COMMAND: `${see}; ${health}`,
      OF_THE_RELEASE: "kept",
      pulumi_access_token: "the same variable, on Windows",
    });

    const { code, output, lastLine } = await pipeline("good-1");

    const id = await latest();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(lastLine).toMatch(
      new RegExp(
        `^OK: release good-1 is healthy\\. The state before it is kept as snapshot ${id} "before-release-`,
      ),
    );
    expect(stack.writes()).toEqual(["POST /snapshots/"]);
    expect([lines("deployed"), lines("checked")]).toEqual([["good-1"], ["good-1"]]);
    expect(stack.emulator.model.listSnapshots(12345)).toMatchObject([
      { description: "Before release good-1", status: "completed" },
    ]);
    const seen = lines("seen");
    expect(seen.filter((name) => name === "OF_THE_RELEASE" || name === "RELEASE")).toHaveLength(4);
    expect(seen.filter((name) => /^(vpsorg|pulumi)_/i.test(name))).toEqual([]);

    // Once more under the same name: its snapshot is there already, and going back to it would go back too far.
    const again = await pipeline("good-1");
    expect(again.code).toBe(1);
    expect(again.lastLine).toMatch(
      /^FAILED: snapshot \d+ was taken by an earlier run of release good-1.* such as good-1-2\.$/,
    );
    expect([lines("deployed"), lines("checked"), restores()]).toEqual([["good-1"], ["good-1"], []]);
  });

  it("restores the snapshot of this release once where it is not, ends red, and the next release works", async () => {
    stack.project.env["PULUMI_BIN"] = pulumiProgram();
    const bad = await pipeline("bad-2");
    const second = await latest();
    expect(bad.code).toBe(1);
    expect(bad.lastLine).toMatch(
      new RegExp(
        `^FAILED: release bad-2 is not healthy\\. Server 12345 is back at snapshot ${second} "before-release-`,
      ),
    );
    expect(restores()).toEqual([`POST /snapshots/${second}/restore/`]);
    expect(stack.emulator.model.state().restores).toEqual([expect.objectContaining({ snapshot_id: second })]);
    // It has waited for the end.
    expect(stack.emulator.model.getServer(12345)).toMatchObject({ status: "active" });
    expect(lines("checked")).toEqual(["bad-2", "bad-2", "bad-2"]);

    const good = await pipeline("good-3");
    expect([good.code, good.code === 0 ? "" : good.output]).toEqual([0, ""]);
    expect(restores()).toHaveLength(1);
    expect(lines("deployed")).toEqual(["bad-2", "good-3"]);
    expect(await latest()).not.toBe(second);
    // One restore point at a time: each release's own.
    expect(stack.emulator.model.listSnapshots(12345)).toMatchObject([
      { description: "Before release good-3" },
    ]);
  });

  it("goes back, too, where the deployment breaks off", async () => {
    stubbed();
    stack.project.env["DEPLOY_COMMAND"] = "exit 7";

    const { code, lastLine } = await pipeline("good-1");

    expect(code).toBe(1);
    expect(lastLine).toContain(
      "FAILED: the deployment of release good-1 ended with 7. Server 12345 is back at snapshot",
    );
    expect([restores().length, lines("checked")]).toEqual([1, []]);
  });

  it("does not deploy where the snapshot fails", async () => {
    stubbed({ upEndsWith: 255 });

    const { code, lastLine } = await pipeline("good-1");

    expect(code).toBe(1);
    expect(lastLine).toMatch(/^FAILED: take the snapshot ended with 255\. Nothing was deployed\.$/);
    expect([lines("deployed"), restores()]).toEqual([[], []]);
  });

  it("does not deploy where its own token could not go back", async () => {
    stubbed();
    stack.project.env["VPSORG_TOKEN"] = "another-token";

    const { code, lastLine } = await pipeline("good-1");

    expect(code).toBe(1);
    expect(lastLine).toMatch(/^FAILED: look at the way back ended with 4\. Nothing was deployed\.$/);
    expect(lines("deployed")).toEqual([]);
  });

  it("ends red, and says how to watch, where the server does not come back well", async () => {
    stubbed();
    stack.emulator.setBehaviour({ finalServerStatus: "suspended" });

    const { code, output, lastLine } = await pipeline("bad-1");

    expect(code).toBe(1);
    expect(output).toContain('has ended with the server "suspended"');
    expect(lastLine).toMatch(
      /^FAILED: release bad-1 is not healthy, and going back to snapshot \d+ ended with 1: .*`npx --no-install pulumi-vpsorg restore --watch 12345`\.$/,
    );
    expect(restores()).toHaveLength(1);
  });

  it.each(["SIGTERM"] as const)(
    "says at %s how to go back, and does not go back by itself",
    async (signal) => {
      stubbed();
      const env = { ...stack.project.env, DEPLOY_COMMAND: 'echo "$RELEASE" >> deployed; exec sleep 60' };
      const child = spawn(process.execPath, ["pipeline.mjs", "good-1"], {
        cwd: stack.project.dir,
        env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (data: Buffer) => (said += data.toString()));
      const ended = new Promise((resolve) => child.on("close", resolve));
      for (let i = 0; lines("deployed").length === 0 && child.exitCode === null && i < 600; i++)
        await pause(50);

      child.kill(signal);

      expect(await ended).toBe(130);
      expect(said.trimEnd().split("\n").at(-1)).toBe(
        `Interrupted. Nothing was restored: \`npx --no-install pulumi-vpsorg restore 801 --server 12345\` goes back to the state before release good-1.`,
      );
      expect(restores()).toEqual([]);
    },
  );

  it("does nothing without what it needs", async () => {
    const before = { ...stack.project.env };
    const calls: [string[], Record<string, string>][] = [
      [[], {}],
      [["--help"], {}],
      [["good-1"], { VPSORG_TOKEN: "" }],
      [["good-1"], { HEALTH_COMMAND: "" }],
      [["good-1"], { HEALTH_ATTEMPTS: "often" }],
    ];
    for (const [args, env] of calls) {
      Object.assign(stack.project.env, before, env);
      expect([args, env, (await pipeline(...args)).code]).toEqual([args, env, 2]);
    }
    expect(stack.emulator.requests()).toEqual([]);
  });
});
