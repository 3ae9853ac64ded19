import type { Properties } from "../../provider/host/boundary";
import type { Provider } from "../../provider/host/provider";
import {
  COMPLETION_PROVIDER,
  REQUEST_PROVIDER,
  SAFETY_PROVIDER,
  SNAPSHOT_PROVIDER,
} from "../../provider/core/state-contract";
import { intent, RunFixture, UNKNOWN, urnOf } from "./run-fixture";
import type { Made } from "./run-fixture";

/** The steps of a `SnapshotRestore` as a run of the engine calls them. */
const fixture = new RunFixture();

const waiting = ({ id, outputs }: Made): Properties => {
  const { safety: _safety, triggers: _triggers, ...recorded } = outputs;
  return { ...recorded, requestId: id, __provider: COMPLETION_PROVIDER, __urn: urnOf("back-completion") };
};

describe("the steps of a SnapshotRestore", () => {
  const WHAT = 'snapshot 801 "golden" of server 12345 (web-server-01)';
  test("are checked, made, compared, read and dropped, each on its own row", async () => {
    const safety = await fixture.make("safetySnapshot", intent(SAFETY_PROVIDER, "back-safety"));
    expect(fixture.lines.filter((line) => !line.startsWith("progress"))).toEqual([
      "info back-safety: a snapshot of the present state is taken, before anything is restored, and kept.",
      `info back-safety: safety snapshot 803 "${String(safety.outputs["name"])}" holds the present state of the server; it is kept.`,
    ]);
    fixture.lines = [];
    const { name, completedAt } = safety.outputs;
    const reference = { id: safety.id, snapshotId: "801", name, completedAt };
    const request = await fixture.make(
      "restoreRequest",
      intent(REQUEST_PROVIDER, "back-request", { safety: reference }),
    );
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning back-request: all data on server 12345 \(web-server-01\) will be overwritten with/,
      ),
      expect.stringMatching(
        new RegExp(`^info back-request: the restore of ${WHAT.replace(/[()]/g, "\\$&")} was requested at`),
      ),
    ]);
    fixture.lines = [];
    const completion = await fixture.make("restoreCompletion", waiting(request));
    expect(completion.inputs).not.toHaveProperty("__urn");
    expect(completion.id).toBe(request.id);
    expect(completion.outputs).toMatchObject({ serverStatus: "active", answer: "accepted" });
    expect(fixture.lines.filter((line) => line.startsWith("info"))).toEqual([
      expect.stringMatching(/^info back-completion: server 12345 \(web-server-01\) is "active" again/),
    ]);

    // The next up: everything is as it was.
    fixture.nextRun();
    fixture.account.emulator.clearRequests();
    const again = async (
      of: keyof Provider,
      { id, inputs, outputs }: Made,
      news: Properties,
    ): Promise<unknown> => {
      const checked = await fixture.run[of].check(inputs, news);
      return fixture.run[of].diff(id, outputs, { ...checked.inputs, __provider: news["__provider"] });
    };
    const same = { changes: false, replaces: [], deleteBeforeReplace: false };
    expect(await again("safetySnapshot", safety, intent(SAFETY_PROVIDER, "back-safety"))).toEqual(same);
    const news = intent(REQUEST_PROVIDER, "back-request", { safety: reference });
    expect(await again("restoreRequest", request, news)).toEqual(same);
    expect(await again("restoreCompletion", completion, waiting(request))).toEqual(same);
    expect(fixture.account.requests()).toEqual([]);

    // A refresh reads what is recorded, and a removal takes nothing away.
    for (const [of, made] of Object.entries({
      safetySnapshot: safety,
      restoreRequest: request,
      restoreCompletion: completion,
    }) as [keyof Provider, Made][]) {
      expect(await fixture.run[of].read(made.id, made.outputs)).toEqual({ id: made.id, props: made.outputs });
      await fixture.run[of].delete(made.id, made.outputs);
    }
    expect(fixture.lines).toEqual([
      `info back-safety: safety snapshot 803 "${String(name)}" is kept on the server; \`npx --no-install pulumi-vpsorg delete 803\` deletes it.`,
      expect.stringMatching(
        /^info back-request: the record of the restore of server 12345 \(web-server-01\) .* is dropped/,
      ),
    ]);
    expect(fixture.account.requests()).toEqual([]);
  });

  test("take over what the program says of them now, and do nothing", async () => {
    const safety = await fixture.make("safetySnapshot", intent(SAFETY_PROVIDER, "back-safety"));
    const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const completion = await fixture.make("restoreCompletion", waiting(request));
    fixture.account.emulator.clearRequests();

    const __timeouts = { create: "50m" };
    const { outs } = await fixture.run.safetySnapshot.update(safety.id, safety.outputs, {
      ...safety.inputs,
      __linked: true,
    });
    expect(outs).toMatchObject({ completedAt: safety.outputs["completedAt"], __linked: true });
    const linked = await fixture.run.restoreRequest.update(request.id, request.outputs, {
      ...request.inputs,
      __linked: true,
    });
    expect(linked.outs).toMatchObject({ requestedAt: request.outputs["requestedAt"], __linked: true });
    const later = await fixture.run.restoreCompletion.update(completion.id, completion.outputs, {
      ...completion.inputs,
      __timeouts,
    });
    expect(later.outs).toMatchObject({ restoredAt: completion.outputs["restoredAt"], __timeouts });
    expect(fixture.account.requests("writes")).toEqual([]);
  });

  test("are another one's where snapshot or triggers change", async () => {
    const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const changed = { ...request.inputs, triggers: ["incident"] };
    expect(await fixture.run.restoreRequest.diff(request.id, request.outputs, changed)).toMatchObject({
      replaces: ["triggers"],
    });
  });

  test("name the one that is still running, which state holds", async () => {
    fixture.account.emulator.setBehaviour({ neverEndsRestoring: true });
    const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    fixture.nextRun();
    await fixture.run.restoreRequest.diff(request.id, request.outputs, request.inputs);
    await fixture.run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "again", { snapshotId: 802 }));
    expect(fixture.lines.at(-1)).toContain(
      `(this stack requested it last at ${String(request.outputs["requestedAt"])}, with snapshot 801)`,
    );
  });

  test("look once after a lost answer of long ago, and call it unproven in each run", async () => {
    fixture.account.emulator.fault({ match: { method: "POST" }, action: { kind: "reset" } });
    const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    await fixture.account.clock.sleep(60 * 60_000);
    fixture.nextRun();
    fixture.account.emulator.clearRequests();
    const completion = await fixture.make("restoreCompletion", {
      ...waiting(request),
      safetySnapshotId: "9",
    });
    expect(completion.outputs).toMatchObject({ answer: "unproven", serverStatus: "active", restoredAt: "" });
    expect(fixture.account.requests()).toEqual(["GET /servers/12345/"]);
    const unproven =
      `it is not known whether ${WHAT} was restored: it was requested at ${String(request.outputs["requestedAt"])}, and ` +
      "nothing has shown that it was. It is not requested again. Look at the data on server 12345 (web-server-01); to " +
      "restore once more change `triggers`. Safety snapshot 9 holds the state before: `npx --no-install pulumi-vpsorg " +
      "restore 9` brings it back.";
    expect(fixture.lines.at(-1)).toBe(
      `warning back-completion: ${unproven} The server could not be looked at for 1 hour after that. It may have run while ` +
        "nobody looked.",
    );

    fixture.nextRun();
    const { id, outputs, inputs } = completion;
    const same = { changes: false, replaces: [], deleteBeforeReplace: false };
    expect(await fixture.run.restoreCompletion.diff(id, outputs, inputs)).toEqual(same);
    expect(fixture.lines).toEqual([`warning stack: ${unproven}`]);
    const another = { ...inputs, requestId: "another" };
    expect(await fixture.run.restoreCompletion.diff(id, outputs, another)).toEqual({
      ...same,
      changes: true,
      replaces: ["requestId"],
    });
    expect(fixture.lines).toHaveLength(1);
  });

  test("that end badly name the way back, and what the next run does", async () => {
    fixture.account.emulator.setBehaviour({ finalServerStatus: "error" });
    const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const given = { ...waiting(request), safetySnapshotId: "9" };
    const said =
      `the restore of ${WHAT} has ended with the server "error", which is not a working status. Look at the server before ` +
      "you restore again. The request is recorded: the next `pulumi up` looks again and does not restore a second time. " +
      "To restore once more change `triggers`.";
    const way =
      "Safety snapshot 9 holds the state before: `npx --no-install pulumi-vpsorg restore 9` brings it back.";
    await expect(fixture.run.restoreCompletion.create(given)).rejects.toMatchObject({
      id: request.id,
      message: `${said} ${way}`,
      properties: { serverStatus: "", restoredAt: "", answer: "accepted" },
    });
    await expect(fixture.run.restoreCompletion.create(waiting(request))).rejects.toMatchObject({
      message: said,
    });
  });

  test("name the one that was requested a moment ago, which the server does not show yet", async () => {
    fixture.account.emulator.setBehaviour({ restoringLagMs: 120_000 });
    const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const again = async (): Promise<string | undefined> => {
      fixture.nextRun();
      await fixture.run.restoreRequest.diff(request.id, request.outputs, request.inputs);
      await fixture.run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "again", { snapshotId: 802 }));
      return fixture.lines.at(-1);
    };
    await fixture.account.clock.sleep(50_000);
    expect(await again()).toMatch(
      /`up` would be refused now: server 12345 .* is being restored already \(this stack/,
    );
    await fixture.account.clock.sleep(10_000);
    expect(await again()).toMatch(/will be overwritten/);
  });

  test.each([
    [
      "of an unknown server",
      { serverId: UNKNOWN },
      "all data on a server whose id is not known yet may be overwritten.",
    ],
    [
      "of an unknown snapshot",
      { snapshotId: UNKNOWN },
      "all data on server 12345 (web-server-01) may be overwritten with a snapshot whose id is not known yet: everything " +
        "written since it was taken is lost, and the server is stopped.",
    ],
  ])("say in the preview what they overwrite: %s", async (_what, more, warning) => {
    const { failures } = await fixture.run.restoreRequest.check(
      {},
      intent(REQUEST_PROVIDER, "back-request", more),
    );
    expect(failures).toEqual([]);
    expect(fixture.lines).toEqual([`warning back-request: ${warning}`]);
  });

  test.each([
    [
      "a server that there is not",
      { snapshotId: UNKNOWN, serverId: 999 },
      "there is no server 999 in this account. Nothing was restored.",
      "serverId",
    ],
    [
      "a snapshot that there is not",
      { snapshotId: 999 },
      "there is no snapshot 999 in this account. Nothing was restored.",
      "snapshotId",
    ],
    [
      "a snapshot of another server",
      { serverId: 12346 },
      `${WHAT} is not of server 12346. Nothing was restored.`,
      "snapshotId",
    ],
  ])("fail in the preview for %s, and nothing is taken before", async (_what, more, reason, property) => {
    for (const [of, provider] of [
      ["restoreRequest", REQUEST_PROVIDER],
      ["safetySnapshot", SAFETY_PROVIDER],
    ] as const) {
      const { failures } = await fixture.run[of].check({}, intent(provider, "back", more));
      expect(failures).toEqual([{ property, reason }]);
    }
    expect(fixture.lines).toEqual([]);
  });

  test("say in the preview how old what they bring back is", async () => {
    await fixture.run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "back-request"));
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        /^warning back-request: all data on server 12345 \(web-server-01\) will be overwritten with snapshot 801 "golden": everything written since .*2026.* \(5 days 4 hours old\) is lost, and the server is stopped\.$/,
      ),
    ]);
  });

  test("fail in the preview for no argument where the token is refused", async () => {
    fixture.nextRun({ token: "another", endpoint: fixture.account.emulator.endpoint });
    const { failures } = await fixture.run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "back-request"));
    expect(failures).toEqual([
      { property: "", reason: expect.stringContaining("did not accept the API token (401") as string },
    ]);
  });

  test("are refused twice for one server, by name, also where no component tells its own", async () => {
    const { __component: _none, ...alone } = intent(REQUEST_PROVIDER, "a");
    await fixture.run.restoreRequest.check({}, alone);
    const reason = expect.stringContaining('by the resources "a" and "b"') as string;
    for (const [more, property] of [
      [{}, "snapshotId"],
      [{ snapshotId: UNKNOWN }, "serverId"],
    ] as const) {
      const { failures } = await fixture.run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "b", more));
      expect(failures).toEqual([{ property, reason }]);
    }
    // The safety snapshot and the request of one component are one restore.
    expect((await fixture.run.safetySnapshot.check({}, alone)).failures).toEqual([]);
  });

  test("ask nothing where they are old, unless their snapshot is renewed", async () => {
    const request = await fixture.make(
      "restoreRequest",
      intent(REQUEST_PROVIDER, "back-request", { __linked: true }),
    );
    fixture.account.emulator.clearRequests();
    const check = (more: Properties) =>
      fixture.run.restoreRequest.check(
        request.inputs,
        intent(REQUEST_PROVIDER, "back-request", { __linked: true, ...more }),
      );
    expect((await check({})).failures).toEqual([]);
    expect(fixture.account.requests()).toEqual([]);
    expect((await check({ snapshotId: UNKNOWN })).failures).toEqual([
      {
        property: "snapshotId",
        reason: expect.stringMatching(
          /^snapshotId changes from 801 to a snapshot that this run makes, .* does not overwrite server 12345 \(web-server-01\)/,
        ) as string,
      },
    ]);
  });
});

describe("a request that is compared with a new snapshotId", () => {
  const request = () =>
    fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request", { __linked: true }));
  const compare = ({ id, outputs, inputs }: Made, change: Properties): Promise<unknown> =>
    fixture.run.restoreRequest.diff(id, outputs, { ...inputs, ...change });
  const renewed = (what: string): string =>
    `snapshotId changes from 801 to ${what}, but triggers stay the same: a renewed snapshot alone does not overwrite ` +
    "server 12345 (web-server-01). To restore the new one change `triggers` as well; to keep this resource as it is give " +
    'snapshotId "801" or the resource option { ignoreChanges: ["snapshotId"] }. Nothing was restored.';

  /** Somebody makes a snapshot after the restore. */
  const later = async (): Promise<string> => {
    await fixture.account.clock.sleep(60_000);
    fixture.account.emulator.outside.createSnapshot({ id: 850, serverId: 12345, name: "release-2" });
    return String(fixture.account.emulator.model.listSnapshots().find(({ id }) => id === 850)?.created_at);
  };

  test("refuses one that is newer than the restore", async () => {
    const made = await request();
    const createdAt = await later();
    const what = `snapshot 850 of ${createdAt}, which is newer than the last restore`;
    await expect(compare(made, { snapshotId: "850" })).rejects.toThrow(renewed(what));
    expect(await compare(made, { snapshotId: "850", triggers: [1] })).toMatchObject({ changes: true });
  });

  test("refuses one that this run has made", async () => {
    const made = await request();
    const snapshot = { __provider: SNAPSHOT_PROVIDER, __resource: "web", serverId: 12345 };
    const { id } = await fixture.make("snapshot", snapshot);
    await expect(compare(made, { snapshotId: id })).rejects.toThrow(
      renewed(`snapshot ${id}, which this run has made`),
    );
  });

  test("says so where it cannot be looked up, and takes one that is gone for another one", async () => {
    const made = await request();
    fixture.account.emulator.fault({
      match: { method: "GET", path: "^/snapshots/$" },
      action: { kind: "html", status: 404 },
    });
    await expect(compare(made, { snapshotId: "850" })).rejects.toThrow(
      /^snapshot 850 could not be looked up: .* Nothing was restored\.$/,
    );
    expect(await compare(made, { snapshotId: "850" })).toMatchObject({ replaces: ["snapshotId"] });
  });

  test("asks nothing for what changes nothing, and refuses another server", async () => {
    const made = await request();
    fixture.account.emulator.clearRequests();
    expect(await compare(made, { __linked: undefined })).toEqual({
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
    });
    expect(fixture.account.requests()).toEqual([]);
    await expect(compare(made, { serverId: "12346" })).rejects.toThrow(
      "serverId changes from 12345 to 12346, but snapshot 801 is of server 12345 (web-server-01). Give back the old serverId, " +
        "or change snapshotId to a snapshot of server 12346. Nothing was restored.",
    );
    await expect(compare(made, { serverId: "999" })).rejects.toThrow("serverId changes from 12345 to 999");
  });
});

test("a restore whose answer was lost, and that is seen in time, is waited for", async () => {
  fixture.account.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "reset" } });
  const request = await fixture.make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
  expect(fixture.lines.at(-1)).toMatch(
    /^warning back-request: the restore of snapshot 801 .* was requested at .*, and nothing in the answer proves whether it was accepted: no answer from VPS\.org .* It may be running on the server\. It is not requested a second time\.$/,
  );
  const { outputs } = await fixture.make("restoreCompletion", waiting(request));
  expect(outputs).toMatchObject({ answer: "accepted", serverStatus: "active" });
  expect(fixture.lines).toContain(
    "info back-completion: server 12345 (web-server-01) is restoring although the answer was lost; waiting for it.",
  );
});
