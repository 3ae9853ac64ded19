import type { Properties } from "../../provider/host/boundary";
import { createProvider } from "../../provider/host/provider";
import type { Provider } from "../../provider/host/provider";
import {
  COMPLETION_PROVIDER,
  REQUEST_PROVIDER,
  SAFETY_PROVIDER,
  SNAPSHOT_PROVIDER,
} from "../../provider/core/state-contract";
import { CANARY, openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

/** What a run of the engine calls of each resource type, what it is answered, and what it shows on whose row. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SEEDS = [
  { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
  { id: 802, serverId: 12345, name: "other", createdAt: "2026-01-11T08:00:00Z" },
];
const urnOf = (name: string): string => `urn:pulumi:dev::shop::vpsorg:Thing::${name}`;

type Config = Readonly<Record<string, string>>;
const configured = (config: Config) => ({
  config: new Map(Object.entries(config).map(([key, value]) => [`vpsorg:${key}`, value])),
});

let account: TestAccount;
let run: Provider;
let lines: string[];
let isGone: boolean;

/** A new process of the provider host. */
function nextRun(config?: Config, env: Config = {}): void {
  lines = [];
  isGone = false;
  run = createProvider({
    engine: {
      log: (kind, message, urn) => {
        lines.push(`${kind} ${urn?.split("::").at(-1) ?? "stack"}: ${message}`);
        return Promise.resolve();
      },
      isGone: () => Promise.resolve(isGone),
    },
    env,
    random: () => 0.5,
    session: { clock: account.clock, limits: { connectMs: 2000, requestMs: 2000 } },
  });
  const known = config ?? { token: CANARY, endpoint: account.emulator.endpoint };
  for (const handler of Object.values(run)) handler.configure(configured(known));
}

beforeEach(async () => {
  account = await openAccount({ snapshots: SEEDS });
  nextRun();
});
afterEach(() => account.close());

const snapshot = (name: string, more: Properties = {}): Properties => ({
  ...{ __provider: SNAPSHOT_PROVIDER, __resource: name, __urn: urnOf(name), serverId: 12345 },
  ...more,
});
const intent = (provider: string, name: string, more: Properties = {}): Properties => ({
  ...{ __provider: provider, __resource: name, __component: urnOf("back"), __urn: urnOf(name) },
  ...{ snapshotId: 801, serverId: 12345 },
  ...more,
});

interface Made {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** Checks and creates, as an `up` does for what is new. */
async function make(of: keyof Provider, news: Properties): Promise<Made> {
  const { __provider } = news;
  const checked = await run[of].check({}, news);
  expect(checked.failures).toEqual([]);
  const inputs = { ...checked.inputs, __provider };
  const { id, outs } = await run[of].create(inputs);
  return { id, inputs, outputs: { ...outs, __provider } };
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "it ended well",
    (error: unknown) => (error as Error).message,
  );

const NO_TOKEN = "there is no VPS.org API token";

describe("without a token", () => {
  beforeEach(() => nextRun({}));

  test.each<[keyof Provider, Properties]>([
    ["snapshot", snapshot("web", { __import: "801" })],
    ["safetySnapshot", intent(SAFETY_PROVIDER, "back-safety")],
    ["restoreRequest", intent(REQUEST_PROVIDER, "back-request")],
  ])("a check of a %s fails for no argument, before any request", async (of, news) => {
    const { failures } = await run[of].check({}, news);
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining(NO_TOKEN) as string }]);
    expect([account.requests(), lines]).toEqual([[], []]);
  });

  test("an operation says so", async () => {
    expect(await messageOf(run.snapshot.read("801", { serverId: "12345" }))).toContain(NO_TOKEN);
  });

  test("the environment's serves", async () => {
    nextRun({}, { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: account.emulator.endpoint });
    expect(await run.snapshot.read("801", {})).toMatchObject({ id: "801", props: { name: "golden" } });
  });
});

describe("a run", () => {
  test("goes on with its session where each kind of resource is configured alike", async () => {
    const deleted = async (id: string): Promise<void> => {
      const state = { serverId: "12345", __endpoint: account.emulator.endpoint };
      await run.snapshot.delete(id, { ...state, createdAt: "2026-01-10T08:00:00Z" });
    };
    await deleted("801");
    run.restoreRequest.configure(configured({ token: CANARY, endpoint: account.emulator.endpoint }));
    await deleted("802");
    expect(account.requests().filter((request) => request === "GET /servers/")).toHaveLength(1);
  });

  test("uses another configuration from then on", async () => {
    await run.snapshot.read("801", {});
    run.snapshot.configure(configured({ token: "another", endpoint: account.emulator.endpoint }));
    expect(await messageOf(run.snapshot.read("801", {}))).toContain("did not accept the API token (401");
  });

  test("says once where the token goes, unless a program has said it", async () => {
    const notice = `info stack: the token goes to ${account.emulator.endpoint}, which is not VPS.org's own endpoint.`;
    await run.snapshot.read("801", {});
    await run.snapshot.read("802", {});
    expect(lines).toEqual([notice]);

    nextRun();
    await make("snapshot", snapshot("web", { waitForCompletion: false }));
    expect(lines).not.toContain(notice);
  });

  test("writes nothing when whoever asked for it has ended", async () => {
    const { inputs } = await run.snapshot.check({}, snapshot("web"));
    isGone = true;
    expect(await messageOf(run.snapshot.create(inputs))).toContain("the run that asked for this has ended");
    expect(account.requests("writes")).toEqual([]);
  });
});

describe("a Snapshot", () => {
  test("of no name gets the one that chance gives, and tells its progress on its own row", async () => {
    const { id, outputs } = await make("snapshot", snapshot("web"));
    expect([id, outputs["name"], outputs["status"]]).toEqual(["803", "web-8000000", "completed"]);
    expect(lines).toContain(
      'progress web: snapshot 803 "web-8000000" of server 12345 (web-server-01): completed, 3 minutes after its start',
    );
  });

  test("that is gone is read as nothing, with a word on the stack's row", async () => {
    const { id, outputs } = await make("snapshot", snapshot("web", { waitForCompletion: false }));
    account.emulator.outside.deleteSnapshot(id);
    nextRun();
    expect(await run.snapshot.read(id, outputs)).toEqual({ id: "", props: {} });
    expect(lines.at(-1)).toMatch(/^info stack: snapshot 803 .* is in no list of this account any more/);
  });

  test("of another endpoint is neither read nor deleted", async () => {
    const state = {
      serverId: "12345",
      serverName: "web",
      name: "golden",
      __endpoint: "https://other.example/api/v1",
    };
    expect(await messageOf(run.snapshot.read("801", state))).toMatch(
      /^snapshot 801 .* cannot be read: it was recorded at/,
    );
    expect(await messageOf(run.snapshot.delete("801", state))).toMatch(
      /^snapshot 801 .* was not deleted: it was recorded/,
    );
    expect(account.requests()).toEqual([]);
  });

  test("that is adopted already asks the API nothing", async () => {
    const news = snapshot("web", { __import: "801" });
    const { inputs } = await make("snapshot", news);
    nextRun();
    account.emulator.clearRequests();
    expect((await run.snapshot.check(inputs, news)).failures).toEqual([]);
    expect(account.requests()).toEqual([]);
  });

  test("with an argument that is wrong is not looked up", async () => {
    const { failures } = await run.snapshot.check({}, snapshot("web", { __import: "801", serverId: "x" }));
    expect(failures.map(({ property }) => property)).toEqual(["serverId"]);
    expect(account.requests()).toEqual([]);
  });

  test("that is not completed is waited for before another one of its server is deleted, in an up only", async () => {
    account.emulator.setBehaviour({ neverCompletes: true });
    const web = await make("snapshot", snapshot("web", { waitForCompletion: false }));
    const golden = { serverId: "12345", name: "golden", __endpoint: account.emulator.endpoint };

    nextRun();
    const { inputs } = await run.snapshot.check(web.inputs, snapshot("web", { waitForCompletion: false }));
    await run.snapshot.diff(web.id, web.outputs, { ...inputs, __provider: SNAPSHOT_PROVIDER });
    const kept = await messageOf(run.snapshot.delete("801", golden));
    expect(kept).toMatch(/was not deleted and stays in the state, because a newer one is not completed/);

    // A destroy compares what it deletes, and checks nothing.
    nextRun();
    await run.snapshot.diff(web.id, web.outputs, web.inputs);
    await run.snapshot.delete("801", golden);
    expect(account.requests("writes").at(-1)).toBe("DELETE /snapshots/801/");
  });
});

describe("the steps of a SnapshotRestore", () => {
  const WHAT = 'snapshot 801 "golden" of server 12345 (web-server-01)';
  const waiting = ({ id, outputs }: Made): Properties => {
    const { safety: _safety, triggers: _triggers, ...recorded } = outputs;
    return { ...recorded, requestId: id, __provider: COMPLETION_PROVIDER, __urn: urnOf("back-completion") };
  };

  test("are checked, made, compared, read and dropped, each on its own row", async () => {
    const safety = await make("safetySnapshot", intent(SAFETY_PROVIDER, "back-safety"));
    expect(lines.filter((line) => !line.startsWith("progress"))).toEqual([
      "info back-safety: a snapshot of the present state is taken, before anything is restored, and kept.",
      `info back-safety: safety snapshot 803 "${String(safety.outputs["name"])}" holds the present state of the server; it is kept.`,
    ]);
    lines = [];
    const { name, completedAt } = safety.outputs;
    const reference = { id: safety.id, snapshotId: "801", name, completedAt };
    const request = await make(
      "restoreRequest",
      intent(REQUEST_PROVIDER, "back-request", { safety: reference }),
    );
    expect(lines).toEqual([
      expect.stringMatching(
        /^warning back-request: all data on server 12345 \(web-server-01\) will be overwritten with/,
      ),
      expect.stringMatching(
        new RegExp(`^info back-request: the restore of ${WHAT.replace(/[()]/g, "\\$&")} was requested at`),
      ),
    ]);
    lines = [];
    const completion = await make("restoreCompletion", waiting(request));
    expect(completion.inputs).not.toHaveProperty("__urn");
    expect(completion.id).toBe(request.id);
    expect(completion.outputs).toMatchObject({ serverStatus: "active", answer: "accepted" });
    expect(lines.filter((line) => line.startsWith("info"))).toEqual([
      expect.stringMatching(/^info back-completion: server 12345 \(web-server-01\) is "active" again/),
    ]);

    // The next up: everything is as it was.
    nextRun();
    account.emulator.clearRequests();
    const again = async (
      of: keyof Provider,
      { id, inputs, outputs }: Made,
      news: Properties,
    ): Promise<unknown> => {
      const checked = await run[of].check(inputs, news);
      return run[of].diff(id, outputs, { ...checked.inputs, __provider: news["__provider"] });
    };
    const same = { changes: false, replaces: [], deleteBeforeReplace: false };
    expect(await again("safetySnapshot", safety, intent(SAFETY_PROVIDER, "back-safety"))).toEqual(same);
    const news = intent(REQUEST_PROVIDER, "back-request", { safety: reference });
    expect(await again("restoreRequest", request, news)).toEqual(same);
    expect(await again("restoreCompletion", completion, waiting(request))).toEqual(same);
    expect(account.requests()).toEqual([]);

    // A refresh reads what is recorded, and a removal takes nothing away.
    for (const [of, made] of Object.entries({
      safetySnapshot: safety,
      restoreRequest: request,
      restoreCompletion: completion,
    }) as [keyof Provider, Made][]) {
      expect(await run[of].read(made.id, made.outputs)).toEqual({ id: made.id, props: made.outputs });
      await run[of].delete(made.id, made.outputs);
    }
    expect(lines).toEqual([
      `info back-safety: safety snapshot 803 "${String(name)}" is kept on the server; \`npx --no-install pulumi-vpsorg delete 803\` deletes it.`,
      expect.stringMatching(
        /^info back-request: the record of the restore of server 12345 \(web-server-01\) .* is dropped/,
      ),
    ]);
    expect(account.requests()).toEqual([]);
  });

  test("take over what the program says of them now, and do nothing", async () => {
    const safety = await make("safetySnapshot", intent(SAFETY_PROVIDER, "back-safety"));
    const request = await make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const completion = await make("restoreCompletion", waiting(request));
    account.emulator.clearRequests();

    const __timeouts = { create: "50m" };
    const { outs } = await run.safetySnapshot.update(safety.id, safety.outputs, {
      ...safety.inputs,
      __linked: true,
    });
    expect(outs).toMatchObject({ completedAt: safety.outputs["completedAt"], __linked: true });
    const linked = await run.restoreRequest.update(request.id, request.outputs, {
      ...request.inputs,
      __linked: true,
    });
    expect(linked.outs).toMatchObject({ requestedAt: request.outputs["requestedAt"], __linked: true });
    const later = await run.restoreCompletion.update(completion.id, completion.outputs, {
      ...completion.inputs,
      __timeouts,
    });
    expect(later.outs).toMatchObject({ restoredAt: completion.outputs["restoredAt"], __timeouts });
    expect(account.requests("writes")).toEqual([]);
  });

  test("are another one's where snapshot or triggers change", async () => {
    const request = await make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const changed = { ...request.inputs, triggers: ["incident"] };
    expect(await run.restoreRequest.diff(request.id, request.outputs, changed)).toMatchObject({
      replaces: ["triggers"],
    });
  });

  test("name the one that is still running, which state holds", async () => {
    account.emulator.setBehaviour({ neverEndsRestoring: true });
    const request = await make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    nextRun();
    await run.restoreRequest.diff(request.id, request.outputs, request.inputs);
    await run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "again", { snapshotId: 802 }));
    expect(lines.at(-1)).toContain(
      `(this stack requested it last at ${String(request.outputs["requestedAt"])}, with snapshot 801)`,
    );
  });

  test("name the one that was requested a moment ago, which the server does not show yet", async () => {
    account.emulator.setBehaviour({ restoringLagMs: 120_000 });
    const request = await make("restoreRequest", intent(REQUEST_PROVIDER, "back-request"));
    const again = async (): Promise<string | undefined> => {
      nextRun();
      await run.restoreRequest.diff(request.id, request.outputs, request.inputs);
      await run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "again", { snapshotId: 802 }));
      return lines.at(-1);
    };
    await account.clock.sleep(50_000);
    expect(await again()).toMatch(
      /`up` would be refused now: server 12345 .* is being restored already \(this stack/,
    );
    await account.clock.sleep(10_000);
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
    const { failures } = await run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "back-request", more));
    expect(failures).toEqual([]);
    expect(lines).toEqual([`warning back-request: ${warning}`]);
  });

  test.each([
    [
      "a server that there is not",
      { snapshotId: UNKNOWN, serverId: 999 },
      "there is no server 999 in this account. Nothing was restored.",
    ],
    [
      "a snapshot that there is not",
      { snapshotId: 999 },
      "there is no snapshot 999 in this account. Nothing was restored.",
    ],
    [
      "a snapshot of another server",
      { serverId: 12346 },
      `${WHAT} is not of server 12346. Nothing was restored.`,
    ],
  ])("fail in the preview for %s, and nothing is taken before", async (_what, more, reason) => {
    for (const [of, provider] of [
      ["restoreRequest", REQUEST_PROVIDER],
      ["safetySnapshot", SAFETY_PROVIDER],
    ] as const) {
      const { failures } = await run[of].check({}, intent(provider, "back", more));
      expect(failures).toEqual([{ property: "snapshotId", reason }]);
    }
    expect(lines).toEqual([]);
  });

  test("are refused twice for one server, by name, also where no component tells its own", async () => {
    const { __component: _none, ...alone } = intent(REQUEST_PROVIDER, "a");
    await run.restoreRequest.check({}, alone);
    const { failures } = await run.restoreRequest.check({}, intent(REQUEST_PROVIDER, "b"));
    expect(failures).toEqual([
      { property: "snapshotId", reason: expect.stringContaining('by the resources "a" and "b"') as string },
    ]);
    // The safety snapshot and the request of one component are one restore.
    expect((await run.safetySnapshot.check({}, alone)).failures).toEqual([]);
  });

  test("ask nothing where they are old, unless their snapshot is renewed", async () => {
    const request = await make(
      "restoreRequest",
      intent(REQUEST_PROVIDER, "back-request", { __linked: true }),
    );
    account.emulator.clearRequests();
    const check = (more: Properties) =>
      run.restoreRequest.check(
        request.inputs,
        intent(REQUEST_PROVIDER, "back-request", { __linked: true, ...more }),
      );
    expect((await check({})).failures).toEqual([]);
    expect(account.requests()).toEqual([]);
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
