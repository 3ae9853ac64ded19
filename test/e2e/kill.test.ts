import type { Fault } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";
import type { Finished } from "../tools/support/project";
import { hostOf, killAllIn } from "../tools/support/processes";

jest.setTimeout(120_000);

const HELD = { kind: "delay", ms: 60_000 } as const;
/** Where in the work the blow falls: a request that is held until after it. */
const STAGES = {
  "before the POST": { match: { method: "GET" }, action: HELD },
  "while the POST is answered": { match: { method: "POST" }, when: "after", action: HELD },
  "in the wait": { match: { method: "GET" }, skip: 2, action: HELD },
  "while the DELETE is answered": { match: { method: "DELETE" }, when: "after", action: HELD },
} satisfies Record<string, Fault>;
type Stage = keyof typeof STAGES;

/** The blow, given to a running `up` or `destroy`. */
const BLOWS = {
  "one interrupt": (pid: number) => {
    process.kill(pid, "SIGINT");
  },
  "two interrupts": async (pid: number) => {
    process.kill(pid, "SIGINT");
    await pause(400);
    process.kill(pid, "SIGINT");
  },
  "SIGKILL of the host": (_pid: number, stack: Deployment) => {
    process.kill(hostOf(stack.project.dir), "SIGKILL");
  },
  "SIGKILL of the engine": (pid: number, stack: Deployment) => {
    process.kill(pid, "SIGKILL");
    killAllIn(stack.project.dir);
  },
} satisfies Record<string, (pid: number, stack: Deployment) => unknown>;
type Blow = keyof typeof BLOWS;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a command, waits until it has reached the stage, and strikes. */
async function strike(
  stack: Deployment,
  args: readonly string[],
  stage: Stage,
  blow: Blow,
): Promise<Finished> {
  const fault = stack.emulator.fault(STAGES[stage]);
  const running = stack.project.start(args);
  for (let i = 0; fault.hits() === 0; i++) {
    if (i > 1000) throw new Error(`"${stage}" was never reached`);
    await pause(20);
  }
  await BLOWS[blow](running.pid, stack);
  // One interrupt lets what is under way end; after the others nobody is left to take the answer.
  if (blow === "one interrupt") {
    await pause(200);
    fault.remove();
  }
  const done = await running.finished;
  fault.remove();
  // A killed engine leaves its lock behind; the offline one takes it over and knows no such command.
  if (blow === "SIGKILL of the engine") await stack.run("cancel", "--yes");
  return done;
}

const file = program('new Snapshot("web", { serverId: 12345 });');

describe("an update that is killed", () => {
  let stack: Deployment;

  beforeEach(async () => {
    stack = await Deployment.open({ files: file }, { speed: 200 });
  });

  afterEach(async () => {
    killAllIn(stack.project.dir);
    await stack.close();
  });

  const up = ["up", "--yes", "--skip-preview"];
  /**
   * The worst pairs. All are in the fault matrix and the model, and what the real engine makes of interrupts and of its own
   * end in the wait is recorded (`host/recorded/interrupted.test.ts`).
   */
  test.each<[Stage, Blow]>([
    ["before the POST", "two interrupts"],
    ["while the POST is answered", "one interrupt"],
    ["while the POST is answered", "SIGKILL of the host"],
    ["while the POST is answered", "SIGKILL of the engine"],
    ["in the wait", "SIGKILL of the host"],
  ])("in a create %s, by %s: nothing is lost without a word", async (stage, blow) => {
    const killed = await strike(stack, up, stage, blow);

    const left = stack.emulator.model.listSnapshots();
    expect(left).toHaveLength(stage === "before the POST" && blow !== "one interrupt" ? 0 : 1);
    if (blow === "one interrupt") {
      expect((await stack.snapshots()).map((s) => s.id)).toEqual([String(left[0]?.id)]);
    }

    const next = await stack.run(...up);

    expect(next.code).toBe(0);
    const [held, ...more] = await stack.snapshots();
    expect(more).toEqual([]);
    expect(held?.outputs?.["status"]).toBe("completed");
    for (const other of stack.emulator.model.listSnapshots().filter((s) => String(s.id) !== held?.id)) {
      expect(next.output).toContain(`snapshot ${other.id} "${other.name}"`);
      expect(next.output).toContain(`{ import: "${other.id}" }`);
      expect(next.output).toContain(`npx --no-install pulumi-vpsorg delete ${other.id}`);
    }
    expect(killed.output + next.output + stack.traces()).not.toContain(CANARY);
  });

  test.each<Blow>(["one interrupt", "SIGKILL of the host"])(
    "in a delete, by %s: the next destroy takes it as done",
    async (blow) => {
      await stack.up();
      const destroy = ["destroy", "--yes", "--skip-preview"];

      await strike(stack, destroy, "while the DELETE is answered", blow);
      const next = await stack.run(...destroy);

      expect(next.code).toBe(0);
      expect(stack.emulator.model.listSnapshots()).toEqual([]);
      expect(await stack.snapshots()).toEqual([]);
    },
  );
});
