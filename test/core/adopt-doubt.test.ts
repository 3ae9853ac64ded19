import { adopt, checkAdoption } from "../../provider/core/snapshot/adopt";
import { checkSnapshot } from "../../provider/core/snapshot/arguments";
import { readInputs } from "../../provider/core/snapshot/state";
import type { Fault } from "../tools/emulator";
import { CANARY, openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";

const context = { isUnknown: () => false, random: () => 0.5 };

/** Of two snapshots, so that a list can hide one. */
const SEEDS = [
  { id: 801, serverId: 12345, name: "golden" },
  { id: 802, serverId: 12345, name: "other" },
];

let account: TestAccount;

beforeEach(async () => {
  account = await openAccount({ snapshots: SEEDS });
});

afterEach(() => account.close());

const everyList = (action: Fault["action"]): Fault => ({ match: { method: "GET" }, times: 0, action });

const status = (code: number): (() => unknown) => {
  return () => account.emulator.fault(everyList({ kind: "status", status: code }));
};

const INCOMPLETE = "VPS.org's answer to GET /snapshots/ cannot be used: it announces 9 entries and lists 2";

const DOUBTS: [string, () => unknown, string, string | RegExp][] = [
  [
    "the API is down",
    () => account.emulator.pause(),
    "CONNECTION",
    "no answer from VPS.org to GET /snapshots/: the connection was refused. Check vpsorg:endpoint and the network",
  ],
  [
    "the API does not answer",
    () => account.emulator.fault(everyList({ kind: "stall" })),
    "CONNECTION",
    "no answer from VPS.org to GET /snapshots/: it took longer than 5 s",
  ],
  [
    "the list is incomplete",
    () => account.emulator.fault(everyList({ kind: "patch", set: { count: 9 } })),
    "INCOMPLETE_LIST",
    INCOMPLETE,
  ],
  [
    "the list is incomplete and lacks it",
    () => {
      account.emulator.outside.setSnapshot(801, { name: "gone" });
      account.emulator.outside.deleteSnapshot(801);
      account.emulator.fault(everyList({ kind: "patch", set: { count: 9 } }));
    },
    "INCOMPLETE_LIST",
    "VPS.org's answer to GET /snapshots/ cannot be used: it announces 9 entries and lists 1",
  ],
  [
    "a proxy answers with a page",
    () => account.emulator.fault(everyList({ kind: "html" })),
    "RESPONSE_SHAPE",
    /it is an HTML page, JSON was expected; a proxy may have answered/,
  ],
  [
    "the token is not accepted",
    status(401),
    "AUTH_FAILED",
    /^VPS\.org did not accept the API token \(401\b.* to GET \/snapshots\//,
  ],
  ["the API fails", status(500), "API_ERROR", /^VPS\.org answered 500 to GET \/snapshots\//],
  ["the API is not there", status(404), "NOT_FOUND", /^VPS\.org answered 404 to GET \/snapshots\//],
];

const news = { serverId: 12345, __resource: "web", __import: "801" };

/** Not to know whether 801 exists is neither "it does not" nor a difference. */
function expectDoubt(outcome: unknown, code: string, message: string | RegExp): void {
  expect(outcome).toMatchObject({ code });
  const said = (outcome as Error).message;
  if (typeof message === "string") expect(said).toBe(message);
  else expect(said).toMatch(message);
  expect(said).not.toContain("there is no snapshot");
  expect(said).not.toContain(CANARY);
  expect(account.requests("writes")).toEqual([]);
  expect(account.told.infos).toEqual([]);
}

describe("where it is not known whether the snapshot exists", () => {
  it.each(DOUBTS)("the check fails: %s", async (_what, begin, code, message) => {
    await begin();

    const checked = checkSnapshot({}, news, context);
    const outcome = await checkAdoption(account.operation, checked, context.isUnknown).catch(
      (error: unknown) => error,
    );

    expectDoubt(outcome, code, message);
  });

  it.each(DOUBTS)("the adoption fails: %s", async (_what, begin, code, message) => {
    await begin();

    const { inputs } = checkSnapshot({}, news, context);
    const outcome = await adopt(account.session, readInputs(inputs), "801").catch((error: unknown) => error);

    expectDoubt(outcome, code, message);
  });

  it("only a whole list that lacks it says that there is none", async () => {
    account.emulator.outside.deleteSnapshot(801);

    const checked = checkSnapshot({}, news, context);
    const outcome = checkAdoption(account.operation, checked, context.isUnknown);

    await expect(outcome).rejects.toMatchObject({
      code: "NOT_FOUND",
      message:
        "there is no snapshot 801 to import. Nothing was changed. `npx --no-install pulumi-vpsorg list` shows the snapshots of " +
        "the account; remove the resource option import to have a new one made.",
    });
    expect(account.emulator.requests().map(({ query }) => query)).toEqual([{ server_id: "12345" }, {}]);
  });

  it("a fault that passes is no reason to fail", async () => {
    account.emulator.fault({ match: { method: "GET" }, times: 2, action: { kind: "status", status: 503 } });

    const checked = checkSnapshot({}, news, context);
    const { failures } = await checkAdoption(account.operation, checked, context.isUnknown);

    expect(failures).toEqual([]);
    expect(account.requests()).toHaveLength(3);
  });
});
