import type { EngineLog } from "../../provider/host/engine-log";
import type { Properties } from "../../provider/host/boundary";
import { ResourceLog } from "../../provider/host/resource-log";

/** On which row of the engine's display a message lands, and how. */
const WEB = "urn:pulumi:dev::shop::vpsorg:Snapshot::web";
const DB = "urn:pulumi:dev::shop::vpsorg:Snapshot::db";
const __provider = "exports.handler=()=>1";

type Line = readonly [kind: string, message: string, urn: string | undefined];

let lines: Line[];
let log: ResourceLog;

const engine: EngineLog = {
  log: (kind, message, urn) => {
    lines.push([kind, message, urn]);
    return Promise.resolve();
  },
  isGone: () => Promise.resolve(false),
};

beforeEach(() => {
  lines = [];
  log = new ResourceLog(engine);
});

const inputs = { serverId: "1", triggers: [{ b: 1, a: [2, null] }], name: undefined };

/** As the engine shows a check, and what the check makes of it. */
const check = (urn: unknown, made: Properties = inputs): Promise<unknown> =>
  log.checked({ __urn: urn, __provider }, Promise.resolve({ inputs: made, failures: [] }));

describe("a message of a check", () => {
  test.each([
    [WEB, WEB],
    ["not a URN", undefined],
    [17, undefined],
    [undefined, undefined],
  ])("is on the row of %j", (__urn, row) => {
    log.forCheck({ __urn }).info("hello");
    expect(lines).toEqual([["info", "hello", row]]);
  });

  test("is of its kind", () => {
    const reporter = log.forCheck({ __urn: WEB });
    reporter.info("a");
    reporter.warn("b");
    reporter.progress("c");
    expect(lines).toEqual([
      ["info", "a", WEB],
      ["warning", "b", WEB],
      ["progress", "c", WEB],
    ]);
  });

  test("cannot steer the terminal", () => {
    log.forStack().info("a\u001b[2Jb");
    expect(lines.map(([, message]) => message).join()).not.toContain("\u001b");
  });
});

describe("an operation is known by what its check has made", () => {
  test("whatever order the engine gives the keys, and without those that are undefined", async () => {
    await check(WEB);
    const sent = { triggers: [{ a: [2, null], b: 1 }], __provider, serverId: "1" };
    log.forInputs(sent).info("hello");
    expect([lines, log.urnOf(sent)]).toEqual([[["info", "hello", WEB]], WEB]);
  });

  test.each<[string, Properties]>([
    ["another value", { serverId: "2" }],
    ["another order of a list", { triggers: [{ b: 1, a: [null, 2] }] }],
    ["another provider", { __provider: "other" }],
  ])("and not by %s", async (_what, change) => {
    await check(WEB);
    expect(log.urnOf({ ...inputs, __provider, ...change })).toBeUndefined();
  });

  test("by nobody where two resources have the same ones", async () => {
    await check(WEB);
    await check(DB);
    expect(log.urnOf({ ...inputs, __provider })).toBeUndefined();
    await check(WEB);
    expect(log.urnOf({ ...inputs, __provider })).toBeUndefined();
  });

  test("also where it was checked twice", async () => {
    await check(WEB);
    await check(WEB);
    expect(log.urnOf({ ...inputs, __provider })).toBe(WEB);
  });

  test("and a check without a URN says nothing of one with it", async () => {
    await check(WEB);
    await check(undefined);
    expect(log.urnOf({ ...inputs, __provider })).toBe(WEB);
  });

  test("and gives its row to what holds the id from then on", async () => {
    await check(WEB);
    log.forInputs({ ...inputs, __provider }, "801");
    log.forInputs({ ...inputs, serverId: "2", __provider }, "801");
    log.forId("801").info("a");
    log.forId("802").info("b");
    expect(lines).toEqual([
      ["info", "a", WEB],
      ["info", "b", undefined],
    ]);
  });

  test("a failed check is handed on", async () => {
    const checked = { inputs, failures: [{ property: "name", reason: "bad" }] };
    expect(await log.checked({ __urn: WEB }, Promise.resolve(checked))).toBe(checked);
    expect(await log.checked({}, Promise.resolve(checked))).toBe(checked);
  });
});

describe("a message that the engine does not take", () => {
  let printed: string[];
  beforeEach(() => {
    printed = [];
    jest.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    log = new ResourceLog({ ...engine, log: () => Promise.reject(new Error("gone")) });
  });
  afterEach(() => jest.restoreAllMocks());

  test("goes to standard output, without what lasts for a moment only", async () => {
    const reporter = log.forStack();
    reporter.info("a");
    reporter.warn("b");
    reporter.progress("c");
    await log.flush();
    expect(printed).toEqual(["a\n", "warning: b\n"]);
  });
});

test("a flush ends when all messages have arrived, and waits for none twice", async () => {
  const arrive: (() => void)[] = [];
  log = new ResourceLog({ ...engine, log: () => new Promise((resolve) => arrive.push(resolve)) });
  log.forStack().info("a");
  log.forStack().info("b");
  let isFlushed = false;
  const flushed = log.flush().then(() => (isFlushed = true));
  arrive[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isFlushed).toBe(false);
  arrive[1]?.();
  await flushed;
  await log.flush();
});
