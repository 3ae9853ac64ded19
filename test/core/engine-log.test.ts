import { createEngineLog } from "../../provider/host/engine-log";
import { EngineLog } from "../tools/support/host/engine-log";

/** The engine that has started this process, as the last argument of a provider host names it. */
const ARGV = process.argv;
const URN = "urn:pulumi:dev::shop::vpsorg:Snapshot::web";

const startedBy = (...args: readonly string[]): void => void (process.argv = [...ARGV.slice(0, 2), ...args]);

let engine: EngineLog;
beforeEach(async () => {
  engine = await EngineLog.start();
  startedBy("--logtostderr", "/a/path:1", engine.address, "127.0.0.1:1");
});
afterEach(() => {
  process.argv = ARGV;
  engine.stop();
});

test("it shows each kind of message, on the row of a resource or of the stack", async () => {
  const own = createEngineLog();
  await own.log("info", "a", URN);
  await own.log("warning", "b");
  await own.log("progress", "c", URN);
  expect(engine.messages).toEqual([
    { severity: "INFO", ephemeral: false, message: "a", urn: URN },
    { severity: "WARNING", ephemeral: false, message: "b" },
    { severity: "INFO", ephemeral: true, message: "c", urn: URN },
  ]);
});

test("one that does not take a message is an error, and one that has answered before is gone then", async () => {
  const own = createEngineLog();
  expect(await own.isGone()).toBe(false);

  engine.stop();

  await expect(own.log("info", "a")).rejects.toThrow("UNAVAILABLE");
  expect(await own.isGone()).toBe(true);
});

test("one that never answered is not gone", async () => {
  engine.stop();
  const own = createEngineLog();
  expect([await own.isGone(), await own.isGone()]).toEqual([false, false]);
});

test("where there is none, a message is an error, and nothing is gone", async () => {
  startedBy("--logtostderr");
  const own = createEngineLog();
  await expect(own.log("info", "a")).rejects.toThrow("this process was not started by an engine");
  expect(await own.isGone()).toBe(false);
});
