import { restore } from "../../../provider/core/restore/run";
import { errorOf } from "../faults/outcome";
import { singleStage } from "../faults/single-stage";
import { count, OURS, restores } from "../faults/stage";
import type { Stage } from "../faults/stage";

/** What looks at the server prove after a request that a gateway has refused, and that the API never saw. */
const { open, attempt } = singleStage();

const SECOND = 1000;
const SERVERS = { method: "GET", path: "^/servers/" };

const refuse = (stage: Stage, retryAfterSeconds?: number): void =>
  void stage.emulator.fault({
    match: { method: "POST" },
    action: {
      kind: "status",
      status: 429,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  });

async function run(stage: Stage): Promise<{ error: Error; looks: number; seconds: number }> {
  const started = stage.clock.now();
  const error = errorOf(await attempt(() => restore(stage.operation, { snapshotId: OURS })));
  expect(restores(stage)).toEqual([]);
  // The first one was before the request.
  const looks = count(stage, "GET", /^\/servers\//) - 1;
  return { error, looks, seconds: Math.round((stage.clock.now() - started) / SECOND) };
}

test("a server that works for a minute after it was not asked to restore", async () => {
  const stage = await open();
  refuse(stage);
  const { error, looks, seconds } = await run(stage);
  expect(error.message).toMatch(/^snapshot 701 .* was not restored: VPS\.org answered 429/);
  expect([looks, seconds]).toEqual([21, 60]);
});

test("one that could not be looked at for three minutes may have restored meanwhile", async () => {
  const stage = await open();
  refuse(stage);
  const bad = { kind: "status", status: 502 } as const;
  // After 0, 3, 9, 21, 45, 69, 93, 117, 141 and 165 seconds; the next one is good, and looks go on for a minute.
  stage.emulator.fault({ match: SERVERS, skip: 1, times: 10, action: bad });
  const { error, looks, seconds } = await run(stage);
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", cause: { code: "RATE_LIMITED" } });
  expect(error.message).toMatch(
    /could not be looked at for 3 minutes 9 seconds after that\. .* Look at server 12345 \(web-server-01\) before you restore again\.$/,
  );
  expect([looks, seconds]).toEqual([10 + 21, 189 + 60]);
});

test("one that cannot be looked at is given up after ten minutes, and asked less and less often", async () => {
  const stage = await open();
  refuse(stage);
  stage.emulator.fault({ match: SERVERS, skip: 1, times: 0, action: { kind: "status", status: 502 } });
  const { error, looks, seconds } = await run(stage);
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(looks).toBe(28);
  expect(seconds).toBeLessThanOrEqual(600);
});

test("one that is not to be asked for ten minutes is looked at then, and not before", async () => {
  const stage = await open();
  refuse(stage, 600);
  const { error, looks, seconds } = await run(stage);
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect([looks, seconds]).toEqual([21, 660]);
});

test("a token that may not look ends it at once", async () => {
  const stage = await open();
  refuse(stage);
  stage.emulator.fault({ match: SERVERS, skip: 1, times: 0, action: { kind: "status", status: 401 } });
  const { error, looks, seconds } = await run(stage);
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect([looks, seconds]).toEqual([1, 0]);
});

test("a request with a token that is refused says which token it was, and no more", async () => {
  const stage = await open();
  stage.emulator.fault({ match: { method: "POST" }, action: { kind: "status", status: 401 } });
  const { error, looks } = await run(stage);
  expect(error).toMatchObject({ code: "AUTH_FAILED" });
  expect(error.message).toMatch(/^VPS\.org did not accept the API token \(401/);
  expect(looks).toBe(0);
});
