import { REQUEST_PROVIDER, SAFETY_PROVIDER } from "../../provider/core/state-contract";
import type { Properties } from "../../provider/host/boundary";
import { intent, messageOf, RunFixture, urnOf } from "./run-fixture";
import { PROVIDER } from "./snapshot-host";

/** What is said where an operation is refused or cannot be proven, to the last word: all that people have at night. */

const fixture = new RunFixture();
const GOLDEN = 'snapshot 801 "golden" of server 12345 (web-server-01)';

/** As state holds it. */
const golden = (more: Properties = {}): Properties => ({
  ...{ serverId: "12345", name: "golden", status: "completed", waitForCompletion: true },
  ...{ serverName: "web-server-01", createdAt: "2026-01-10T08:00:00Z" },
  ...{ __endpoint: fixture.account.emulator.endpoint, ...more },
});

const writes = (): readonly string[] => fixture.account.requests("writes");
const withoutIds = (text: string): string => text.replaceAll(/request id [\w-]+/g, "request id ID");

describe("a read", () => {
  /** The failures of another resource that is to import it. */
  async function importsIt() {
    const news = { __provider: PROVIDER, __resource: "web", __urn: urnOf("web"), serverId: 12345 };
    return (await fixture.run.snapshot.check({}, { ...news, __import: "801" })).failures;
  }

  const LISTED = "VPS.org answered 404 to GET /snapshots/: Not now (request id ID). Check vpsorg:endpoint.";

  test.each<[string, string, () => Properties]>([
    ["of an id alone", "snapshot 801", () => ({})],
    ["of what state holds", GOLDEN, golden],
  ])("%s that fails leaves the state", async (_what, label, state) => {
    fixture.refuse("GET", "^/snapshots/$", 404);
    expect(withoutIds(await messageOf(fixture.run.snapshot.read("801", state())))).toBe(
      `${label} could not be read: ${LISTED} The state stays as it is.`,
    );
  });

  test("of an id alone that is not there is an error", async () => {
    expect(await messageOf(fixture.run.snapshot.read("999", {}))).toBe(
      "there is no snapshot 999 in this account. `npx --no-install pulumi-vpsorg list` shows those that there are.",
    );
  });

  test("of an id alone makes it nobody's: another resource may import it", async () => {
    await fixture.run.snapshot.read("801", {});
    expect(await importsIt()).toEqual([]);
  });

  test("of what is gone drops it with one line, and with it the claim of the stack", async () => {
    fixture.account.emulator.outside.deleteSnapshot(801);
    expect(await fixture.run.snapshot.read("801", golden())).toEqual({ id: "", props: {} });
    expect(fixture.lines.slice(1)).toEqual([
      `info stack: ${GOLDEN} is in no list of this account any more, and is dropped from the state.`,
    ]);
    fixture.account.emulator.outside.createSnapshot({ id: 801, serverId: 12345, name: "golden" });
    expect(await importsIt()).toEqual([]);
  });
});

describe("a delete while its server is being restored", () => {
  beforeEach(() => {
    fixture.account.emulator.setBehaviour({ neverEndsRestoring: true });
    fixture.account.emulator.outside.startRestore(801);
  });

  test("waits for the end, and says for what", async () => {
    void fixture.account.clock.sleep(120_000).then(() => {
      fixture.account.emulator.setBehaviour({ neverEndsRestoring: null });
    });
    await fixture.run.snapshot.delete("801", golden());
    expect(fixture.lines).toContain(
      `progress stack: ${GOLDEN} is deleted when the restore of server 12345 (web-server-01) has ended`,
    );
    expect(writes()).toEqual(["DELETE /snapshots/801/"]);
  });

  test("deletes nothing where that does not end in the time allowed", async () => {
    expect(await messageOf(fixture.run.snapshot.delete("801", golden()))).toBe(
      `${GOLDEN} was not deleted: server 12345 (web-server-01) is being restored, perhaps from it, and that has not ended after ` +
        "9 minutes 50 seconds. It stays in the state; run the command again. To allow more time set customTimeouts, for " +
        'example { delete: "30m" }.',
    );
    expect(writes()).toEqual([]);
  });

  test("deletes nothing where the servers cannot be seen", async () => {
    fixture.refuse("GET", "^/servers/", 500);
    expect(withoutIds(await messageOf(fixture.run.snapshot.delete("801", golden())))).toBe(
      `${GOLDEN} was not deleted: whether its server is being restored cannot be seen. VPS.org answered 500 to GET /servers/: ` +
        "Not now (request id ID). It stays in the state; run the command again.",
    );
    expect(writes()).toEqual([]);
  });

  test("blames the token, and nothing else, where that is refused", async () => {
    fixture.refuse("GET", "^/servers/", 401);
    expect(await messageOf(fixture.run.snapshot.delete("801", golden()))).toMatch(
      /^VPS\.org did not accept the API token \(401, "Not now" to GET \/servers\//,
    );
    expect(writes()).toEqual([]);
  });
});

describe("a snapshot that was recorded at another endpoint", () => {
  const OLD = "https://old.test/v1";
  const why = (): string =>
    `it was recorded at ${OLD}, and the endpoint is ${fixture.account.emulator.endpoint} now. Nothing was changed. Set vpsorg:endpoint ` +
    `(or VPSORG_ENDPOINT) back to ${OLD}; \`pulumi refresh\` and \`pulumi destroy\` use the configuration that the last run of the ` +
    "program stored, unless they are run with --run-program. If the snapshot is not wanted in this stack any more, take it out of " +
    "the state with `pulumi state delete URN` (`pulumi stack --show-urns` lists them).";
  const moved = (more: Properties = {}): Properties => golden({ __endpoint: OLD, ...more });
  const inputs = { serverId: "12345", name: "golden", waitForCompletion: true, __provider: PROVIDER };

  test("is not deleted", async () => {
    expect(await messageOf(fixture.run.snapshot.delete("801", moved()))).toBe(
      `${GOLDEN} was not deleted: ${why()} Where both are the same account, a \`pulumi up\` that neither replaces nor removes it ` +
        "records the new endpoint.",
    );
    expect(fixture.account.requests()).toEqual([]);
  });

  test("is looked up in an update; a look that fails changes nothing", async () => {
    fixture.refuse("GET", "^/snapshots/$", 404);
    expect(withoutIds(await messageOf(fixture.run.snapshot.update("801", moved(), inputs)))).toBe(
      `${GOLDEN} could not be looked up: ${why()} The look-up failed: VPS.org answered 404 to GET /snapshots/: Not now (request id ` +
        "ID). Check vpsorg:endpoint.",
    );
  });

  test("that is not there stays where it was", async () => {
    expect(await messageOf(fixture.run.snapshot.update("999", moved(), inputs))).toBe(
      `${GOLDEN.replace("801", "999")} is not there: ${why()}`,
    );
  });

  const UUID = "04da6b54-80e4-46f7-96ec-b56ff0331ba0";
  test.each<[string, Properties]>([
    ["name", { name: "x" }],
    ["server", { serverId: "12346" }],
    ["age", { createdAt: "2026-01-10T08:00:01Z" }],
    ["server, by its name where the forms of the ids differ", { serverId: UUID, serverName: "other" }],
  ])("that has another %s there is another one", async (_what, more) => {
    const message = await messageOf(fixture.run.snapshot.update("801", moved(more), inputs));
    expect(message).toContain(` is another one there (${GOLDEN}, made at 2026-01-10T08:00:00Z): ${why()}`);
  });

  test.each<[string, Properties]>([
    ["is the same in every respect", {}],
    ["is of a server of the same name, whose id has another form", { serverId: UUID }],
    ["has the same moment in another form", { createdAt: "2026-01-10T09:00:00+01:00" }],
  ])("is taken for the same one where it %s", async (_what, more) => {
    const { outs } = await fixture.run.snapshot.update("801", moved(more), inputs);
    expect(outs).toMatchObject({ __endpoint: fixture.account.emulator.endpoint });
  });
});

describe("the answer to a restore", () => {
  test.each([
    [{ "snapshot.id": 999 }, "it speaks of snapshot 999"],
    [{ "server.id": 12346 }, "it speaks of server 12346"],
  ])("that holds %j proves nothing", async (set, problem) => {
    fixture.account.emulator.fault({ match: { method: "POST" }, action: { kind: "patch", set } });
    const made = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back"));
    expect(made.outputs["answer"]).toBe("lost");
    expect(fixture.lines.join("\n")).toContain(problem);
  });
});

describe("a safety snapshot", () => {
  test("says what it is, and is kept", async () => {
    const made = await fixture.make("safetySnapshot", intent(SAFETY_PROVIDER, "safety"));
    expect(fixture.account.emulator.model.listSnapshots(12345)[0]?.description).toBe(
      "The state before snapshot 801 was restored",
    );
    expect(fixture.lines.at(-1)).toBe(
      `info safety: safety snapshot ${made.id} "${String(made.outputs["name"])}" holds the present state of the server; it is kept.`,
    );
  });

  test("that failed says that nothing was restored, and is recorded", async () => {
    fixture.account.emulator.setBehaviour({ finalSnapshotStatus: "failed" });
    const error = await fixture
      .make("safetySnapshot", intent(SAFETY_PROVIDER, "safety"))
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ id: "803", properties: { name: expect.any(String) as string } });
    expect((error as Error).message).toMatch(
      /^snapshot 803 .* ended as "failed" after 3 minutes\. The next `pulumi up` takes another one and leaves this one; if it still exists, delete it with `npx --no-install pulumi-vpsorg delete 803`\. Nothing was restored\.$/,
    );
  });

  test("that has no slot says that below the list", async () => {
    fixture.account.emulator.outside.fillServer(12345);
    const message = await messageOf(fixture.make("safetySnapshot", intent(SAFETY_PROVIDER, "safety")));
    expect(message).toMatch(/holds 5 of 5 snapshots.*\n {2}801 {2}golden {2}.*\nNothing was restored\.$/s);
  });
});

describe("a token that is not accepted", () => {
  const said = async (): Promise<string> =>
    withoutIds(await messageOf(fixture.run.snapshot.read("801", golden())));

  test("in a refresh is said to be the one that is stored, unless the environment has it", async () => {
    fixture.refuse("GET", "", 401);
    expect(await said()).toContain(
      "the token is that of vpsorg:token (with --run-program as it is in the configuration, otherwise the copy that the last " +
        "run of the program has stored in the state).",
    );

    fixture.nextRun({}, { VPSORG_TOKEN: "canary-other", VPSORG_ENDPOINT: fixture.account.emulator.endpoint });
    expect(await said()).toContain("the token comes from the environment variable VPSORG_TOKEN.");
  });

  test("in an update is said to be that of the configuration", async () => {
    fixture.refuse("GET", "", 401);
    const news = { __provider: PROVIDER, __resource: "web", __urn: urnOf("web"), serverId: 12345 };
    await fixture.run.snapshot.check({}, news);
    expect(await said()).toContain("the token comes from the Pulumi configuration vpsorg:token.");
  });
});
