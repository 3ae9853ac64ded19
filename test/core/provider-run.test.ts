import type { Properties } from "../../provider/host/boundary";
import type { Provider } from "../../provider/host/provider";
import { REQUEST_PROVIDER, SAFETY_PROVIDER, SNAPSHOT_PROVIDER } from "../../provider/core/state-contract";
import { CANARY } from "../tools/support/account";
import { configured, intent, messageOf, RunFixture, urnOf } from "./run-fixture";

/** What a run of the engine is answered, and what it shows on whose row. */
const fixture = new RunFixture();

const snapshot = (name: string, more: Properties = {}): Properties => ({
  ...{ __provider: SNAPSHOT_PROVIDER, __resource: name, __urn: urnOf(name), serverId: 12345 },
  ...more,
});

const NO_TOKEN = "there is no VPS.org API token";

describe("without a token", () => {
  beforeEach(() => fixture.nextRun({}));

  test.each<[keyof Provider, Properties]>([
    ["snapshot", snapshot("web", { __import: "801" })],
    ["safetySnapshot", intent(SAFETY_PROVIDER, "back-safety")],
    ["restoreRequest", intent(REQUEST_PROVIDER, "back-request")],
  ])("a check of a %s fails for no argument, before any request", async (of, news) => {
    const { failures } = await fixture.run[of].check({}, news);
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining(NO_TOKEN) as string }]);
    expect([fixture.account.requests(), fixture.lines]).toEqual([[], []]);
  });

  test("an operation says so", async () => {
    expect(await messageOf(fixture.run.snapshot.read("801", { serverId: "12345" }))).toContain(NO_TOKEN);
  });

  test("the environment's serves", async () => {
    fixture.nextRun({}, { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: fixture.account.emulator.endpoint });
    expect(await fixture.run.snapshot.read("801", {})).toMatchObject({
      id: "801",
      props: { name: "golden" },
    });
  });
});

describe("a run", () => {
  test("goes on with its session where each kind of resource is configured alike", async () => {
    const deleted = async (id: string): Promise<void> => {
      const state = { serverId: "12345", __endpoint: fixture.account.emulator.endpoint };
      await fixture.run.snapshot.delete(id, { ...state, createdAt: "2026-01-10T08:00:00Z" });
    };
    await deleted("801");
    fixture.run.restoreRequest.configure(
      configured({ token: CANARY, endpoint: fixture.account.emulator.endpoint }),
    );
    await deleted("802");
    expect(fixture.account.requests().filter((request) => request === "GET /servers/")).toHaveLength(1);
  });

  test("reads its configuration once, however many resources there are", async () => {
    const { config } = configured({ token: CANARY, endpoint: fixture.account.emulator.endpoint });
    const read: string[] = [];
    fixture.run.snapshot.configure({ config: { get: (key) => (read.push(key), config.get(key)) } });
    const once = read.length;
    expect(once).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) await fixture.run.snapshot.check({}, snapshot(`web-${i}`));
    await fixture.run.snapshot.read("801", {});
    expect(read).toHaveLength(once);
  });

  test("uses another configuration from then on", async () => {
    await fixture.run.snapshot.read("801", {});
    fixture.run.snapshot.configure(
      configured({ token: "another", endpoint: fixture.account.emulator.endpoint }),
    );
    expect(await messageOf(fixture.run.snapshot.read("801", {}))).toContain(
      "did not accept the API token (401",
    );
  });

  test("says once where the token goes, unless a program has said it", async () => {
    const notice = `info stack: the token goes to ${fixture.account.emulator.endpoint}, which is not VPS.org's own endpoint.`;
    await fixture.run.snapshot.read("801", {});
    await fixture.run.snapshot.read("802", {});
    expect(fixture.lines).toEqual([notice]);

    fixture.nextRun();
    await fixture.make("snapshot", snapshot("web", { waitForCompletion: false }));
    expect(fixture.lines).not.toContain(notice);
  });

  test("writes nothing when whoever asked for it has ended", async () => {
    const { inputs } = await fixture.run.snapshot.check({}, snapshot("web"));
    fixture.isGone = true;
    expect(await messageOf(fixture.run.snapshot.create(inputs))).toContain(
      "the run that asked for this has ended",
    );
    expect(fixture.account.requests("writes")).toEqual([]);
  });
});

describe("a Snapshot", () => {
  test("of no name gets the one that chance gives, and tells its progress on its own row", async () => {
    const { id, outputs } = await fixture.make("snapshot", snapshot("web"));
    expect([id, outputs["name"], outputs["status"]]).toEqual(["803", "web-8000000", "completed"]);
    expect(fixture.lines).toContain(
      'progress web: snapshot 803 "web-8000000" of server 12345 (web-server-01): completed, 3 minutes after its start',
    );
  });

  test("that is gone is read as nothing, with a word on the stack's row", async () => {
    const { id, outputs } = await fixture.make("snapshot", snapshot("web", { waitForCompletion: false }));
    fixture.account.emulator.outside.deleteSnapshot(id);
    fixture.nextRun();
    expect(await fixture.run.snapshot.read(id, outputs)).toEqual({ id: "", props: {} });
    expect(fixture.lines.at(-1)).toMatch(
      /^info stack: snapshot 803 .* is in no list of this account any more/,
    );
  });

  test("of another endpoint is neither read nor deleted", async () => {
    const state = {
      serverId: "12345",
      serverName: "web",
      name: "golden",
      __endpoint: "https://other.example/api/v1",
    };
    expect(await messageOf(fixture.run.snapshot.read("801", state))).toMatch(
      /^snapshot 801 .* cannot be read: it was recorded at/,
    );
    expect(await messageOf(fixture.run.snapshot.delete("801", state))).toMatch(
      /^snapshot 801 .* was not deleted: it was recorded/,
    );
    expect(fixture.account.requests()).toEqual([]);
  });

  test("that is adopted already asks the API nothing", async () => {
    const news = snapshot("web", { __import: "801" });
    const { inputs } = await fixture.make("snapshot", news);
    fixture.nextRun();
    fixture.account.emulator.clearRequests();
    expect((await fixture.run.snapshot.check(inputs, news)).failures).toEqual([]);
    expect(fixture.account.requests()).toEqual([]);
  });

  test("with an argument that is wrong is not looked up", async () => {
    const { failures } = await fixture.run.snapshot.check(
      {},
      snapshot("web", { __import: "801", serverId: "x" }),
    );
    expect(failures.map(({ property }) => property)).toEqual(["serverId"]);
    expect(fixture.account.requests()).toEqual([]);
  });

  test("that is not completed is waited for before another one of its server is deleted, in an up only", async () => {
    fixture.account.emulator.setBehaviour({ neverCompletes: true });
    const news = snapshot("web", { waitForCompletion: false, __timeouts: { create: "1m" } });
    const web = await fixture.make("snapshot", news);
    const golden = { serverId: "12345", name: "golden", __endpoint: fixture.account.emulator.endpoint };

    fixture.nextRun();
    const { inputs } = await fixture.run.snapshot.check(web.inputs, news);
    await fixture.run.snapshot.diff(web.id, web.outputs, { ...inputs, __provider: SNAPSHOT_PROVIDER });
    const kept = await messageOf(fixture.run.snapshot.delete("801", golden));
    expect(kept).toMatch(/was not deleted and stays in the state, because a newer one is not completed/);

    // A destroy compares what it deletes, and checks nothing.
    fixture.nextRun();
    await fixture.run.snapshot.diff(web.id, web.outputs, web.inputs);
    await fixture.run.snapshot.delete("801", golden);
    expect(fixture.account.requests("writes").at(-1)).toBe("DELETE /snapshots/801/");
  });
});
