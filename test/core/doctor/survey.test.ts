import { AnswerLog, survey } from "../../../provider/core/doctor/survey";
import { openAccount } from "../../tools/support/account";
import type { TestAccount } from "../../tools/support/account";
import { ACCOUNT } from "./examined";

const log = new AnswerLog();
const look = () => survey(account.session, log, { tokenName: "VPSORG_TOKEN", proxied: false });
const elapsed = (): number => account.clock.slept.reduce((sum, ms) => sum + ms, 0);
let account: TestAccount;

beforeEach(async () => {
  account = await openAccount(ACCOUNT, {}, { onAnswer: log.observe });
});
afterEach(() => account.close());

const always = (path: string, action: Parameters<typeof account.emulator.fault>[0]["action"]): void =>
  void account.emulator.fault({ match: { path }, times: 0, action });

describe("what it asks for", () => {
  test("nothing more once the time is up, however patient the API wants it", async () => {
    const slow = { kind: "status", status: 429, retryAfterSeconds: 30 } as const;
    account.emulator.fault({ match: { path: "^/snapshots/$" }, action: slow });
    account.emulator.fault({ match: { path: "^/servers/$" }, action: slow });
    const { servers, filtered, detail } = await look();
    expect(account.requests()).toEqual(["GET /snapshots/", "GET /snapshots/", "GET /servers/"]);
    expect([servers?.error, filtered, detail]).toEqual([
      expect.objectContaining({ code: "RATE_LIMITED" }),
      [],
      undefined,
    ]);
    expect(elapsed()).toBeLessThan(60_000);
  });

  test.each(["stall", "reset", "close"] as const)(
    "of an API that never answers (%s): two requests",
    async (kind) => {
      always("", { kind });
      const { snapshots, servers } = await look();
      expect([snapshots.error, servers]).toEqual([
        expect.objectContaining({ code: "CONNECTION" }),
        undefined,
      ]);
      expect(account.requests()).toEqual(["GET /snapshots/", "GET /snapshots/"]);
    },
  );

  test.each([500, 502])("of one that answers %i: each request twice at most", async (status) => {
    always("", { kind: "status", status });
    await look();
    expect(account.requests()).toEqual([
      ...["GET /snapshots/", "GET /snapshots/", "GET /servers/", "GET /servers/"],
    ]);
  });

  test("a list that never holds still is not followed for ever", async () => {
    account.emulator.setBehaviour({ pageSize: 1 });
    account.emulator.fault({
      match: { path: "^/snapshots/$", query: "page=2" },
      times: 0,
      action: { kind: "patch", set: { count: 9 } },
    });
    const { snapshots } = await look();
    expect(snapshots.answers.length).toBeLessThanOrEqual(10);
    expect(snapshots.entries.pages).toHaveLength(2);
  });
});

test("what the client answers to others is not touched by an observer", async () => {
  const { snapshots } = await look();
  const [answer] = snapshots.answers;
  expect(answer).toMatchObject({ method: "GET", path: "/snapshots/", query: {}, status: 200 });
  expect(JSON.parse(answer?.text ?? "")).toMatchObject({ count: 3 });
  expect(await account.another().client.listSnapshots()).toHaveLength(3);
});
