import { DEFAULT_ENDPOINT } from "../../provider/api/endpoint";
import { diffSnapshot } from "../../provider/core/snapshot/diff";
import type { Diff } from "../../provider/core/diff";
import { createSession } from "../../provider/core/session";
import type { Session } from "../../provider/core/session";
import { CANARY, tell } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const recorded = {
  serverId: "12345",
  serverName: "web-server-01",
  name: "web-8000000",
  description: "before the upgrade",
  triggers: ["v1", { a: [1] }],
  waitForCompletion: true,
  status: "completed",
  sizeMb: 5120,
  createdAt: "2025-01-15T18:30:00Z",
};
const news = {
  serverId: "12345",
  name: "web-8000000",
  description: "before the upgrade",
  triggers: ["v1", { a: [1] }],
  waitForCompletion: true,
  __autoName: "web",
};

type Props = Readonly<Record<string, unknown>>;

const isUnknown = (value: unknown): boolean => value === UNKNOWN;
const clock = new SimulatedClock();
afterAll(() => clock.close());

/** Nothing listens there: whatever asks the API for anything fails. */
function open(): Session {
  return createSession(
    { token: CANARY, tokenSource: "config", endpoint: "http://127.0.0.1:1/api/v1" },
    { clock },
  );
}

async function diff(change: Props, state: Props = {}): Promise<Diff & { told: readonly string[] }> {
  const told = tell();
  const olds = { ...recorded, ...state };
  const session = (): Promise<Session> => Promise.resolve(open());
  const made = await diffSnapshot(
    session,
    "801",
    olds,
    { ...news, ...change },
    isUnknown,
    told,
    DEFAULT_ENDPOINT,
  );
  return { ...made, told: [...told.infos, ...told.warnings] };
}

describe("without even a session", () => {
  const closed = (): Promise<never> => Promise.reject(new Error("the session was opened"));

  async function diffAlone(change: Props, state: Props): Promise<Diff & { told: readonly string[] }> {
    const told = tell();
    const olds = { ...recorded, ...state };
    const made = await diffSnapshot(
      closed,
      "801",
      olds,
      { ...news, ...change },
      isUnknown,
      told,
      DEFAULT_ENDPOINT,
    );
    return { ...made, told: [...told.infos, ...told.warnings] };
  }

  test.each<[string, Props, Props]>([
    ["the same inputs", {}, {}],
    ["a server id as a number", { serverId: 12345 }, {}],
    ["no description and an empty one", { description: "" }, { description: undefined }],
    ["an empty description and none", { description: undefined }, { description: "" }],
    ["no triggers and an empty list", { triggers: [] }, { triggers: undefined }],
    [
      "an unfinished snapshot that nobody waits for",
      { waitForCompletion: false },
      { status: "in_progress", waitForCompletion: false },
    ],
    ["a key that a later version recorded", {}, { colour: "red" }],
    [
      "an imported text without what the API's own has, in the state",
      { name: "old\nweb\u200b", description: "❤️\n::error::x", __autoName: undefined },
      { name: "old web", description: "❤\n: :error::x" },
    ],
    ["keys that only check needs", { __resource: "web", __provider: "code" }, {}],
  ])("no change: %s", async (_what, change, state) => {
    expect(await diffAlone(change, state)).toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
      told: [],
    });
  });

  test.each<[string, Props, Props]>([
    ["waitForCompletion", { waitForCompletion: false }, {}],
    ["a wait that ended early", {}, { status: "in_progress" }],
    ["a wait for a word that nobody knows", {}, { status: "verifying" }],
    ["customTimeouts", { __timeouts: { create: "45m" } }, {}],
    ["customTimeouts that are left out", {}, { __timeouts: { create: "45m" } }],
    ["other customTimeouts", { __timeouts: { create: "45m" } }, { __timeouts: { create: "30m" } }],
  ])("an update in place: %s", async (_what, change, state) => {
    expect(await diffAlone(change, state)).toEqual({
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
      told: [],
    });
  });
});

describe("without a request", () => {
  test("a replacement on another server, which first makes the new one", async () => {
    expect(await diff({ serverId: "777" })).toEqual({
      changes: true,
      replaces: ["serverId"],
      deleteBeforeReplace: false,
      told: [],
    });
  });

  test("a replacement on a server that is not known yet", async () => {
    expect(await diff({ serverId: UNKNOWN })).toMatchObject({
      replaces: ["serverId"],
      deleteBeforeReplace: false,
    });
  });

  test("a replacement that keeps the user's name deletes first, and says so", async () => {
    expect(await diff({ triggers: ["v2"], __autoName: undefined })).toEqual({
      changes: true,
      replaces: ["triggers"],
      deleteBeforeReplace: true,
      told: [
        'snapshot 801 "web-8000000" of server 12345 (web-server-01), made at 2025-01-15T18:30:00Z (364 days 17 hours old), keeps its name, so it is deleted before its ' +
          "replacement is made: until the new one is completed there is a time without this restore point.",
      ],
    });
  });

  test.each(["failed", "Error"])("a snapshot that ended as %s goes first", async (status) => {
    expect(await diff({}, { status })).toEqual({
      changes: true,
      replaces: ["status"],
      deleteBeforeReplace: true,
      told: [
        `snapshot 801 "web-8000000" of server 12345 (web-server-01) ended as "${status}" and cannot be restored: it is ` +
          "deleted first, then a new one is made.",
      ],
    });
  });

  test("a status cannot steer the terminal", async () => {
    const { told } = await diff({ serverId: "777" }, { status: "failed", name: "a\u001b[2J\nb" });
    expect(told.filter((line) => /[\p{Cc}]/u.test(line))).toEqual([]);
  });
});

describe("with a request, to see whether the server is full", () => {
  test.each<[string, Props]>([
    ["name", { name: "other" }],
    ["name", { name: UNKNOWN, __autoName: undefined }],
    ["description", { description: "after the upgrade" }],
    ["description", { description: undefined }],
    ["description", { description: UNKNOWN }],
    ["triggers", { triggers: ["v2", { a: [1] }] }],
    ["triggers", { triggers: [{ a: [1] }, "v1"] }],
    ["triggers", { triggers: ["v1", { a: [1, 2] }] }],
    ["triggers", { triggers: undefined }],
    ["triggers", { triggers: UNKNOWN }],
  ])("a change of %s replaces: %j", async (_property, change) => {
    await expect(diff(change)).rejects.toMatchObject({ code: "CONNECTION" });
  });

  test("every changed property is named", async () => {
    const change = { serverId: "777", name: "other", description: "other", triggers: [] };
    expect((await diff(change, { status: "failed" })).replaces).toEqual([
      "serverId",
      "name",
      "description",
      "triggers",
      "status",
    ]);
  });
});

const WHAT = 'snapshot 801 "web-8000000" of server 12345 (web-server-01)';

test.each<[string, Props, Props, string]>([
  ["of another snapshot", { __import: "802" }, {}, "asks for snapshot 802, but the state already holds"],
  [
    "of one that failed",
    { __import: "801" },
    { status: "failed" },
    `${WHAT} was imported and would be replaced, because of status. Nothing was changed. Remove the resource option ` +
      "import to have it replaced.",
  ],
])("an import %s is refused", async (_what, change, state, message) => {
  await expect(diff(change, state)).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining(message) as string,
  });
});

test("a state that cannot be read is an error with a reason", async () => {
  await expect(diff({}, { waitForCompletion: "yes" })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(
      /^the recorded state cannot be read: waitForCompletion should be boolean/,
    ) as string,
  });
});
