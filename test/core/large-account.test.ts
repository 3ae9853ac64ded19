import { openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";
import { serverSeeds, snapshotSeeds } from "../tools/support/seeds";

const SERVERS = 400;
const SNAPSHOTS = 2000;

describe("an account of 2,000 snapshots in 20 pages", () => {
  let account: TestAccount;
  beforeEach(async () => {
    account = await openAccount({
      servers: serverSeeds(SERVERS),
      snapshots: snapshotSeeds(SNAPSHOTS, SERVERS),
      behaviour: { pageSize: 100 },
    });
  });
  afterEach(() => account.close());

  const pages = (): string[] => account.emulator.requests().map(({ query }) => query["page"] ?? "1");

  test("is listed in one pass", async () => {
    const { snapshots } = await account.session.lists.list(undefined);
    expect(new Set(snapshots.map(({ id }) => id)).size).toBe(SNAPSHOTS);
    expect(pages()).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 1)));
  });

  test("stops being listed at the first page that is wrong", async () => {
    account.emulator.fault({
      match: { method: "GET", query: "page=7" },
      times: 0,
      when: "after",
      action: { kind: "replaceBody", body: { count: SNAPSHOTS, next: null, results: [{ name: "web" }] } },
    });
    await expect(account.session.lists.list(undefined)).rejects.toMatchObject({
      code: "RESPONSE_SHAPE",
      message: expect.stringContaining("results[0].id is neither of the forms that it can have") as string,
    });
    expect(pages().at(-1)).toBe("7");
  });
});
