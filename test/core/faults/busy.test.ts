import type { Busy } from "../../tools/emulator";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import { errorOf, valueOf } from "./outcome";
import { singleStage } from "./single-stage";
import { count, inputs, NAME, NEW, OURS, ours, posts, recorded, SERVER } from "./stage";

const { open, attempt, removes } = singleStage();

const ANSWERS: readonly Busy[] = [
  { status: 400, text: "Server is busy with another operation" },
  { status: 409, text: "Conflict" },
  { status: 423, text: "Locked" },
];

describe.each(ANSWERS)("a server that answers $status '$text'", (busy) => {
  test("is waited for by a create, which is then made once", async () => {
    const stage = await open({ seeded: false });
    stage.emulator.setBehaviour({ busy: { ...busy, operations: ["create"], times: 3 } });
    const made = await attempt(() => createSnapshot(stage.operation, inputs));
    expect(valueOf(made)).toMatchObject({ id: NEW, outputs: { status: "completed" } });
    expect([posts(stage), ours(stage).length]).toEqual([4, 1]);
    expect(stage.told.progressed.join("\n")).toMatch(/^server 12345: .*; trying again in 5 seconds$/m);
  });

  test("for longer than allowed ends a create with nothing made", async () => {
    const stage = await open({ seeded: false });
    stage.emulator.setBehaviour({ busy: { ...busy, operations: ["create"] } });
    const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
    expect(failed.message).toContain(`snapshot "${NAME}" of server 12345 was not created: VPS.org answered`);
    expect(failed.message).toContain(String(busy.status));
    expect(posts(stage)).toBeLessThanOrEqual(15);
    expect(ours(stage)).toEqual([]);
  });

  test("is waited for by a delete", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ busy: { ...busy, operations: ["delete"], times: 3 } });
    valueOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    expect([count(stage, "DELETE", /./), ours(stage).length]).toEqual([4, 0]);
    expect(stage.told.progressed.join("\n")).toMatch(
      /^snapshot 701 .*: the server is busy; trying again in 5 seconds$/m,
    );
  });

  test("for longer than allowed ends a delete with all as it was", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ busy: { ...busy, operations: ["delete"] } });
    const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    expect(failed).toMatchObject({ code: "WAIT_TIMEOUT", elapsedMs: 315_005 });
    expect(failed.message).toMatch(
      /was not deleted within 6 minutes: VPS\.org answered 4.*It stays in the state.*set customTimeouts, for example \{ delete: "30m" \}\.$/,
    );
    expect(count(stage, "DELETE", /./)).toBeLessThanOrEqual(15);
    expect(ours(stage)).toHaveLength(1);
  });
});

test("a create waits for a restore of its server to end", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.outside.startRestore("702");
  const made = await attempt(() =>
    createSnapshot(stage.operation, { ...inputs, __timeouts: { create: "20m" } }),
  );
  expect(valueOf(made)).toMatchObject({ outputs: { status: "completed" } });
  expect(ours(stage)).toHaveLength(1);
});

test.each([
  ["429 that asks for more time than there is", { status: 429, retryAfterSeconds: 3600 }, "6m"],
  ["busy server when the time is over", { status: 409 }, "4s"],
])(
  "a create that is answered with a %s, and was made all the same, is found",
  async (_what, answer, create) => {
    const stage = await open({ seeded: false });
    stage.emulator.fault({ match: { method: "POST" }, when: "after", action: { kind: "status", ...answer } });
    const patient = { ...inputs, waitForCompletion: false, __timeouts: { create } };
    const made = await attempt(() => createSnapshot(stage.operation, patient));
    expect(valueOf(made)).toMatchObject({ id: NEW, outputs: { status: "in_progress" } });
    expect([posts(stage), ours(stage).length]).toEqual([1, 1]);
  },
);

test("a create that is answered 429 is not called refused where no list can be read after it", async () => {
  const stage = await open({ seeded: false });
  const action = { kind: "status", status: 429, retryAfterSeconds: 3600 } as const;
  stage.emulator.fault({ match: { method: "POST" }, when: "after", action });
  const unreadable = { kind: "status", status: 502 } as const;
  stage.emulator.fault({ match: { method: "GET" }, skip: 1, times: 0, action: unreadable });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(failed).toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(failed.message).not.toContain("No list has shown it");
  expect(failed.message).toContain(
    "It could not be looked for, because no list could be read, yet it may still appear. Before you try again, and once the API answers, run `npx --no-install pulumi-vpsorg list --server 12345`: ",
  );
  expect(ours(stage)).toHaveLength(1);
});

test("a server that has filled up while it was busy is not asked once more", async () => {
  const stage = await open({ seeded: false });
  const match = { method: "POST" };
  stage.emulator.fault({ match, action: { kind: "run", effect: { action: "fillServer", id: SERVER } } });
  stage.emulator.fault({ match, times: 0, action: { kind: "status", status: 409 } });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(failed).toMatchObject({ code: "QUOTA_EXCEEDED" });
  expect([posts(stage), ours(stage).length]).toEqual([1, 0]);
});

test("a create whose time is over before its turn comes is not sent", async () => {
  const stage = await open({ seeded: false });
  const MINUTE = 60_000;
  stage.emulator.setBehaviour({ busy: { operations: ["create"], forMs: 10 * MINUTE } });
  const create = (name: string, minutes: string) =>
    createSnapshot(stage.operation, { ...inputs, name, __timeouts: { create: minutes } });
  const first = attempt(() => create("web-0000001", "20m"));
  const failed = errorOf(await attempt(() => create("web-0000002", "6m")));

  expect(failed).toMatchObject({ code: "WAIT_TIMEOUT" });
  expect(failed.message).toBe(
    'snapshot "web-0000002" of server 12345 was not created: other snapshots of the same server took the 6 minutes that ' +
      'were allowed. To allow more time set customTimeouts, for example { create: "60m", update: "60m" }.',
  );
  valueOf(await first);
  expect(ours(stage).map(({ name }) => name)).toEqual(["web-0000001"]);
});

test.each<[number, object, RegExp]>([
  [400, { name: ["Enter a valid name. Please try again."] }, /name: Enter a valid name\. Please try again/],
  [400, { name: ["The word locked is reserved."] }, /name: The word locked/],
  [400, { error: { description: "Too long: another task has it." } }, /description: Too long/],
  [400, { errors: { server_id: ["Not a busy server."] } }, /server_id: Not a busy/],
  [400, { detail: "Invalid name, please try again." }, /Invalid name, please try again/],
  [409, { name: ["Not allowed."] }, /name: Not allowed/],
])("a %d that is no busy server is final: %j", async (status, body, said) => {
  const stage = await open({ seeded: false });
  stage.emulator.fault({ match: { method: "POST" }, times: 0, action: { kind: "status", status, body } });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(failed.message).toContain(
    `snapshot "web-1a2b3c4" of server 12345 was not created: VPS.org answered ${status}`,
  );
  expect(failed.message).toMatch(said);
  expect(failed.message).toMatch(/\.$/);
  expect(failed.message).not.toContain("serverId");
  expect(ours(stage)).toEqual([]);
  // A 400 can mean a full server.
  const after = status === 400 ? ["GET /snapshots/"] : [];
  expect(stage.requests()).toEqual(["GET /snapshots/", "POST /snapshots/", ...after]);
});

test("a 400 says so also where the list that would explain it cannot be read", async () => {
  const stage = await open({ seeded: false });
  stage.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 400 } });
  const unreadable = { kind: "html", status: 404 } as const;
  stage.emulator.fault({ match: { method: "GET" }, skip: 1, times: 0, action: unreadable });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(failed.message).toMatch(/ was not created: VPS\.org answered 400/);
});

describe("an attempt that would begin as the time ends is not made", () => {
  // Attempts after 0, 5, 15, 35 and 75 seconds; a create looks at a list before, which others may share for 5 ms.
  const __timeouts = { create: "75.005s", delete: "75s" };

  test("of a create", async () => {
    const stage = await open({ seeded: false });
    stage.emulator.setBehaviour({ busy: { status: 409, operations: ["create"] } });
    errorOf(await attempt(() => createSnapshot(stage.operation, { ...inputs, __timeouts })));
    expect(posts(stage)).toBe(4);
  });

  test("of a delete", async () => {
    const stage = await open();
    stage.emulator.setBehaviour({ busy: { status: 409, operations: ["delete"] } });
    const state = { ...recorded, __timeouts };
    errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, state)));
    expect(count(stage, "DELETE", /./)).toBe(4);
  });

  test("of a delete that fails for a while", async () => {
    const stage = await open();
    stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action: { kind: "status", status: 503 } });
    const state = { ...recorded, __timeouts: { delete: "1s" } };
    errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, state)));
    expect(count(stage, "DELETE", /./)).toBe(2);
  });
});

test.each([
  [60, 2],
  [61, 0],
])("a delete that is asked to wait %d s and may not makes %d looks at the lists", async (asked, looks) => {
  const stage = await open();
  removes(OURS);
  const action = { kind: "status", status: 429, retryAfterSeconds: asked } as const;
  stage.emulator.fault({ match: { method: "DELETE" }, action });
  stage.emulator.outside.deleteSnapshot(OURS);
  const state = { ...recorded, __timeouts: { delete: "30s" } };
  const outcome = await attempt(() => deleteSnapshot(stage.operation, OURS, state));
  expect([outcome.ok, count(stage, "GET", /^\/snapshots\/$/)]).toEqual([looks > 0, looks]);
});

test("a delete with a token that is refused says which token it was, and no more", async () => {
  const stage = await open();
  stage.emulator.fault({ match: { method: "DELETE" }, action: { kind: "status", status: 401 } });
  const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  expect(failed).toMatchObject({ code: "AUTH_FAILED" });
  expect(failed.message).toMatch(/^VPS\.org did not accept the API token \(401/);
});

test("a busy server may answer with a list of texts", async () => {
  const stage = await open({ seeded: false });
  const body = { non_field_errors: ["Another operation is in progress. Please try again."] };
  stage.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 400, body } });
  const made = await attempt(() => createSnapshot(stage.operation, inputs));
  expect(valueOf(made)).toMatchObject({ id: NEW });
  expect(posts(stage)).toBe(2);
});

test("a 429 that lasts on the POST alone ends with nothing made, after a bounded number of POSTs", async () => {
  const stage = await open({ seeded: false });
  const match = { method: "POST" };
  stage.emulator.fault({ match, times: 0, action: { kind: "status", status: 429 } });
  const failed = errorOf(await attempt(() => createSnapshot(stage.operation, inputs)));
  expect(failed.message).toMatch(/ was not created: VPS\.org answered 429/);
  expect(posts(stage)).toBeLessThanOrEqual(15);
  expect(ours(stage)).toEqual([]);
});

test("a delete that is asked to wait longer than it may ends at once, and does not say that the time is over", async () => {
  const stage = await open();
  const action = { kind: "status", status: 429, retryAfterSeconds: 3600 } as const;
  stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action });
  const started = stage.clock.now();
  const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  expect(stage.clock.now() - started).toBeLessThan(60_000);
  expect(failed.message).toMatch(/3600 s|1 hour/);
  expect(failed.message).not.toContain("was not deleted within 6 minutes");
  expect(ours(stage)).toHaveLength(1);
});

describe("a delete that is answered 404", () => {
  test("is done where the lists lack it as well", async () => {
    const stage = await open();
    stage.emulator.outside.deleteSnapshot(OURS);
    valueOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    // Whether its server is there too tells a snapshot that is gone from one of another account.
    const lists = ["GET /snapshots/", "GET /snapshots/"];
    expect(stage.requests()).toEqual(["GET /servers/", `DELETE /snapshots/${OURS}/`, ...lists]);
  });

  test("is done where a list of a moment ago still had it", async () => {
    const stage = await open();
    await readSnapshot(stage.operation, OURS, recorded);
    stage.emulator.outside.deleteSnapshot(OURS);
    stage.emulator.fault({ match: { method: "DELETE" }, action: { kind: "html", status: 404 } });
    valueOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
  });

  test("by something else, while it exists, is not done", async () => {
    const stage = await open();
    stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action: { kind: "html", status: 404 } });
    const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    expect(failed.message).toMatch(/was not deleted, or it is not known whether it was: .*404.*an HTML page/);
    expect(ours(stage)).toHaveLength(1);
  });

  test("by something else without a body, while it exists, is not done", async () => {
    const stage = await open();
    stage.emulator.fault({ match: { method: "DELETE" }, times: 0, action: { kind: "empty", status: 404 } });
    const failed = errorOf(await attempt(() => deleteSnapshot(stage.operation, OURS, recorded)));
    expect(failed.message).toContain(`snapshot ${OURS} "${NAME}" of server ${SERVER}`);
    expect(ours(stage)).toHaveLength(1);
  });
});
