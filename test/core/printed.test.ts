import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../provider/cli/program";
import { Terminal } from "../../provider/cli/terminal";
import { restoreSnapshot } from "../../provider/program/restore-snapshot";
import { getSnapshot } from "../../provider/program/look-ups";
import type { Properties } from "../../provider/host/boundary";
import type { FaultAction } from "../tools/emulator";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";

/** Whatever the API says reaches people, pipelines' logs and states: none of it may be a command, or unseen. */
const EVIL =
  "\n::set-output name=a::b\r\n  ::add-mask::c ##[error]d ##vso[task.x]e \u200b\u{e0041}\ufe0f\u00ad\u202ef";
const SERVER = "12345";

const environment = { ...process.env };
let emulator: Emulator;
let dir: string;
let printed: string[];

beforeEach(async () => {
  emulator = await startEmulator({
    token: CANARY,
    speed: 3600,
    servers: [{ id: 12345, name: `web${EVIL}`, diskGb: 20 }],
    snapshots: [
      {
        id: 801,
        serverId: 12345,
        name: `golden${EVIL}`,
        description: `first${EVIL}`,
        createdAt: "2025-01-15T18:30:00Z",
      },
      { id: 802, serverId: 12345, name: EVIL, status: `failed`, description: EVIL },
      { id: 803, serverId: 12345, name: EVIL, status: `odd${EVIL}` },
    ],
  });
  dir = mkdtempSync(join(tmpdir(), "printed-"));
  printed = [];
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  process.env = {
    ...environment,
    VPSORG_TOKEN: CANARY,
    VPSORG_ENDPOINT: emulator.endpoint,
    VPSORG_POLL_INTERVAL_SECONDS: "0.05",
  };
});

afterEach(async () => {
  jest.restoreAllMocks();
  process.env = environment;
  rmSync(dir, { recursive: true });
  await emulator.close();
});

/** Written apart from the code under test: what GitHub's and Azure's runners look for, and what nobody sees. */
function commandsIn(text: string): string[] {
  const lines = text.split(/[\n\r]/);
  return [
    ...lines.filter((line) => line.trimStart().startsWith("::")),
    ...lines.filter((line) => /##\[|##vso\[/i.test(line)),
    ...(text.match(
      /[\u0000-\u0008\u000e-\u001f\u00ad\u200b-\u200f\u202a-\u202e\u{fe00}-\u{fe0f}\u{e0000}-\u{e007f}]/gu,
    ) ?? []),
  ];
}

const all = (): string => printed.join("");
const vpsorg = (...args: string[]): Promise<number> => runCommand(args, new Terminal());
const failing = (action: FaultAction, method?: string): void =>
  void emulator.fault({ match: method === undefined ? {} : { method }, times: 0, action });

/** Of each: how it is called, and a word of what it has to print, so that nothing passes by saying nothing. */
const COMMANDS: readonly [string, readonly string[], string][] = [
  ["list", ["list"], "golden"],
  ["list of a server", ["list", "--server", SERVER, "--json"], "golden"],
  ["create", ["create", "--server", SERVER, "--name", "new"], "of server 12345 (web"],
  ["delete", ["delete", "801", "--yes"], "golden"],
  ["restore", ["restore", "801", "--yes", "--safety-snapshot"], "golden"],
  ["restore that is refused", ["restore", "803", "--yes"], "odd"],
  ["watch", ["restore", "--watch", SERVER], "web"],
  ["doctor", ["doctor"], "snapshots: list"],
  ["doctor for an issue", ["doctor", "--report"], "snapshots: list"],
  ["doctor in JSON", ["doctor", "--json"], "snapshots: list"],
  ["import-file", ["import-file", "--out", "OUT"], "golden"],
  ["import-file in JSON", ["import-file", "--out", "OUT", "--json"], "golden"],
];

const called = (args: readonly string[]): string[] =>
  args.map((arg) => (arg === "OUT" ? join(dir, "out.json") : arg));

describe("commands", () => {
  test.each(COMMANDS)("%s", async (_what, args, says) => {
    await vpsorg(...called(args));
    expect(all()).toContain(says);
    expect(commandsIn(all())).toEqual([]);
  });

  test("the file of an import holds none either", async () => {
    await vpsorg("import-file", "--out", join(dir, "out.json"));
    const file = readFileSync(join(dir, "out.json"), "utf8");
    expect(file).toContain("golden");
    expect(commandsIn(JSON.stringify(JSON.parse(file)).replaceAll(/\\[nr]/g, "\n"))).toEqual([]);
  });

  test("an import is written through no link without --force, not even one that leads nowhere", async () => {
    const [out, target] = [join(dir, "out.json"), join(dir, "elsewhere.json")];
    symlinkSync(target, out);
    expect([await vpsorg("import-file", "--out", out), existsSync(target)]).toEqual([2, false]);
    expect(all()).toContain("exists already: choose another file with --out, or add --force");
    expect([await vpsorg("import-file", "--out", out, "--force"), existsSync(target)]).toEqual([0, true]);
  });

  describe.each<[string, FaultAction]>([
    [
      "details",
      {
        kind: "status",
        status: 400,
        body: { detail: EVIL, [EVIL]: [EVIL] },
        headers: { "x-request-id": "##[x]" },
      },
    ],
    ["a text", { kind: "status", status: 403, body: EVIL }],
    ["a page", { kind: "status", status: 404, body: `<html><title>${EVIL}</title></html>` }],
    ["a redirect", { kind: "redirect", location: "http://127.0.0.1:9/##[error]" }],
    ["a next page", { kind: "next", url: "http://a##[error]b/" }],
    ["times", { kind: "patch", set: { "results.*.created_at": EVIL, "results.*.size_mb": null } }],
    ["states", { kind: "patch", set: { "results.*.status": EVIL, status: EVIL } }],
  ])("with %s that hold commands", (_what, action) => {
    test.each(COMMANDS.filter(([, args]) => !args.includes("--watch") || action.kind !== "patch"))(
      "%s",
      async (_name, args) => {
        failing(action);
        await vpsorg(
          ...called(args),
          ...(args.some((arg) => /create|restore/.test(arg)) ? ["--timeout", "1s"] : []),
        );
        expect(all()).not.toBe("");
        expect(commandsIn(all())).toEqual([]);
      },
    );
  });
});

describe("the provider", () => {
  const args = { __provider: "code", __resource: "web", serverId: SERVER };

  /** What it says on the rows (here lines, for want of an engine), its answers, and its errors. */
  async function everything(
    work: (host: typeof import("../../provider/host")) => Promise<unknown>,
  ): Promise<string> {
    jest.resetModules();
    const host = await import("../../provider/host/index.js");
    host.configure({ config: new Map() });
    const outcome = await work(host).then(
      (value) => JSON.stringify([value]).replaceAll(/\\[nr]/g, "\n"),
      (error: unknown) => `${String(error)}\n${(error as Error).stack}\n${inspectErrors(error)}`,
    );
    return `${all()}\n${outcome}`;
  }
  const inspectErrors = (error: unknown): string =>
    Object.values(error as object)
      .map((value) => JSON.stringify(value).replaceAll(/\\[nr]/g, "\n"))
      .join("\n");
  const state = { serverId: SERVER, name: "golden", status: "completed", waitForCompletion: true };
  const own = (): Properties => ({
    ...state,
    __endpoint: emulator.endpoint,
    createdAt: "2025-01-15T18:30:00Z",
  });

  test.each<[string, (host: typeof import("../../provider/host")) => Promise<unknown>]>([
    ["check of an import", (host) => host.check({}, { ...args, __import: "801" })],
    ["an import that differs", (host) => host.check({}, { ...args, __import: "801", name: "other" })],
    ["create", async (host) => host.create((await host.check({}, args)).inputs)],
    [
      "create under a name that is taken",
      async (host) => host.create({ ...(await host.check({}, args)).inputs, name: "golden" }),
    ],
    ["an adoption", async (host) => host.create((await host.check({}, { ...args, __import: "801" })).inputs)],
    ["get", (host) => host.read("801", {})],
    ["refresh", (host) => host.read("803", own())],
    [
      "a replacement",
      (host) => host.diff("801", { ...own(), serverName: EVIL }, { ...args, name: "golden", triggers: [1] }),
    ],
    ["delete", (host) => host.delete("801", own())],
    ["a preview of a restore", (host) => host.restoreRequest.check({}, { ...args, snapshotId: "801" })],
    ["a restore", (host) => host.restoreRequest.create({ ...args, snapshotId: "801" })],
    ["a safety snapshot", (host) => host.safetySnapshot.create({ ...args, snapshotId: "801" })],
  ])("%s", async (_what, work) => {
    const told = await everything(work);
    emulator.fault({ match: {}, times: 0, action: { kind: "status", status: 400, body: { detail: EVIL } } });
    const failed = await everything(work);
    expect(told + failed).toMatch(/web|golden|12345/);
    expect(commandsIn(told + failed)).toEqual([]);
  });
});

describe("programs", () => {
  test("look-ups and restores", async () => {
    const connection = { token: CANARY, endpoint: emulator.endpoint };
    const found = await getSnapshot({ id: 801 }, connection);
    const error = await getSnapshot({ nameRegex: "x" }, connection).catch(
      (thrown: unknown) => thrown as Error,
    );
    const restored = await restoreSnapshot({ snapshotId: 801 }, connection);
    const texts = [...Object.values({ ...found, ...restored }), (error as Error).message];
    expect(texts.join()).toContain("golden");
    expect(texts.flatMap((text) => commandsIn(String(text)))).toEqual([]);
  });

  test("a name is found again under its own characters", async () => {
    const connection = { token: CANARY, endpoint: emulator.endpoint };
    expect(await getSnapshot({ name: `golden${EVIL}` }, connection)).toMatchObject({ id: "801" });
  });
});
