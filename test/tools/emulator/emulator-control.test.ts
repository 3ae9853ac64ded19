import { connectControl, startEmulator, type Control, type Emulator } from ".";
import { runCommand } from "./command";
import { rawCall } from "./raw-client";

let emulator: Emulator;
let control: Control;

beforeEach(async () => {
  emulator = await startEmulator();
  control = connectControl(emulator.origin);
});

afterEach(() => emulator.close());

describe("control from another process", () => {
  test("shows the account and the requests, and clears them", async () => {
    await control.outside({ action: "createSnapshot", snapshot: { serverId: 12345, name: "theirs" } });
    await rawCall(emulator, "GET", "/snapshots/");
    const { snapshots, servers } = await control.state();
    expect(snapshots).toMatchObject([{ name: "theirs", status: "completed" }]);
    expect(servers).toMatchObject([{ create_ms: 180_000, restore_ms: 300_000 }, {}, {}]);
    expect(await control.requests()).toEqual(emulator.requests());
    expect(await control.requests()).toHaveLength(1);
    await control.clearRequests();
    expect(emulator.requests()).toEqual([]);
  });

  test("scripts faults and tells which were reached", async () => {
    const id = await control.addFault({ match: { method: "GET" }, action: { kind: "status", status: 503 } });
    expect((await control.unreached()).map((fault) => fault.id)).toEqual([id]);
    expect((await rawCall(emulator, "GET", "/servers/")).status).toBe(503);
    expect(await control.faults()).toMatchObject([{ id, hits: 1, fault: { match: { method: "GET" } } }]);
    await control.clearFaults();
    expect(await control.faults()).toEqual([]);
  });

  test("turns switches, and null turns them back", async () => {
    expect(await control.setBehaviour({ pageSize: 2, uniqueNames: true })).toMatchObject({ pageSize: 2 });
    expect(await control.setBehaviour({ pageSize: null })).toMatchObject({
      pageSize: null,
      uniqueNames: true,
    });
    expect(emulator.model.behaviour()).toMatchObject({ pageSize: null, uniqueNames: true });
  });

  test("does what other people do", async () => {
    expect(await control.outside({ action: "fillServer", id: 12345 })).toEqual([801, 802, 803, 804, 805]);
    await control.outside({ action: "setSnapshot", id: 801, change: { status: "failed" } });
    await control.outside({ action: "setServer", id: 12346, change: { status: "stopped" } });
    await control.outside({ action: "addServer", server: { id: 1, name: "one" } });
    await control.outside({ action: "removeServer", id: 12347 });
    await control.outside({ action: "deleteSnapshot", id: 805 });
    await control.outside({ action: "startRestore", snapshotId: 802 });
    const { servers, snapshots } = await control.state();
    expect(servers.map(({ id, status }) => [id, status])).toEqual([
      [12345, "restoring"],
      [12346, "stopped"],
      [1, "active"],
    ]);
    expect(snapshots.map(({ id, status }) => [id, status])).toEqual([
      [801, "failed"],
      [802, "completed"],
      [803, "completed"],
      [804, "completed"],
    ]);
  });

  test.each([
    ["POST", "behaviour", { pageSize: 0 }, 400, 'behaviour: "pageSize" has a wrong value'],
    ["POST", "behaviour", { busy: { status: 500 } }, 400, 'busy: "status" has a wrong value'],
    ["POST", "outside", { action: "fillServer" }, 400, 'fillServer: "id" is missing'],
    ["POST", "outside", { action: "fillServer", id: 1 }, 409, "there is no server 1"],
    ["POST", "faults", "{", 400, "the body is not JSON"],
    ["GET", "nothing", undefined, 404, "not known: GET nothing"],
  ])("%s %s %j is refused", async (method, what, body, status, text) => {
    const answer = await rawCall(emulator, method, `${emulator.origin}/__emulator/${what}`, { body });
    expect(answer.status).toBe(status);
    expect((answer.json as { error: string }).error).toContain(text);
  });
});

describe("the command", () => {
  const printed = { out: "", error: "" };
  const terminal = {
    out: (text: string) => void (printed.out += text),
    error: (text: string) => void (printed.error += text),
  };

  beforeEach(() => {
    Object.assign(printed, { out: "", error: "" });
  });

  const run = (...argv: string[]) => runCommand(argv, terminal, AbortSignal.abort());

  test("--help prints every option", async () => {
    expect(await run("--help")).toBe(0);
    for (const option of ["--port", "--speed", "--page-size", "--token", "--list-lag-ms", "--help"]) {
      expect(printed.out).toContain(option);
    }
  });

  test.each([
    ["--bogus"],
    ["extra"],
    ["--port", "x"],
    ["--port", "70000"],
    ["--speed", "0"],
    ["--page-size", "1.5"],
  ])("%s %s is used wrongly", async (...argv) => {
    expect(await run(...argv)).toBe(2);
    expect(printed.error).toMatch(/^error: .+\n\nUsage: /s);
    expect(printed.out).toBe("");
  });

  test("a port in use is one line", async () => {
    expect(await run("--port", String(emulator.port))).toBe(1);
    expect(printed.error).toBe(
      `error: port ${emulator.port} is already in use; choose another with --port\n`,
    );
  });

  test("serves, prints what to set and each request, and ends with 0", async () => {
    const stop = new AbortController();
    const ended = runCommand(
      ["--port", "0", "--speed", "180", "--token", "t", "--page-size", "2"],
      terminal,
      stop.signal,
    );
    while (!printed.out.includes("Requests:")) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(printed.out).toContain("12345  web-server-01    a snapshot takes 0.02 minutes (1.0 seconds)");
    const [, endpoint = "", token] =
      /export VPSORG_ENDPOINT=(\S+) VPSORG_TOKEN=(\S+)/.exec(printed.out) ?? [];
    expect(token).toBe("t");
    const headers = { authorization: "Bearer t" };
    const page = (await (await fetch(`${endpoint}/servers/?page=1`, { headers })).json()) as {
      results: unknown[];
    };
    expect(page.results).toHaveLength(2);
    expect(printed.out).toMatch(/\d\d:\d\d:\d\d\.\d{3} GET {4}\/servers\/\?page=1 200\n$/);
    stop.abort();
    expect(await ended).toBe(0);
    await expect(fetch(endpoint)).rejects.toThrow();
  });
});
