import { failureCases } from "./support/failure-cases";
import type { FailureCase } from "./support/failure-cases";
import { HostError } from "../tools/support/host/host-error";
import { CANARY, checked, eventually, failure, openScene, registered } from "./support/scene";
import type { Scene } from "./support/scene";
import { secret } from "../tools/support/host/properties";
import { flaws, transcribe } from "./support/transcript";
import type { Transcript } from "./support/transcript";

/** Every kind of failure, read as a person reads it: no stack traces, no token, nothing that is not language. */

const recorded = { status: "completed", serverName: "s", createdAt: "2026-01-15T12:00:00Z" };
const recordedIn = ({ emulator }: Scene) => ({ ...recorded, __endpoint: emulator.endpoint });
const METHODS = { create: "POST", read: "GET", delete: "DELETE" };

/** Cases wait more than they work: so many go on side by side, each in a run of its own. */
const LANES = 4;

// A server for each case, so that none finds what another one has left.
const numbered = failureCases.map((each, i) => ({ ...each, serverId: 100 + i }));

async function provoke(scene: Scene, each: FailureCase & { serverId: number }): Promise<Transcript> {
  const { call, fault, arrange, args, serverId } = each;
  // A list is remembered for two seconds, whatever is arranged behind the host's back.
  if (arrange !== undefined || fault?.method === "GET") await scene.nextRun();
  const { client, emulator } = scene;
  // A write makes the lists stale that were kept.
  await client.delete("1", registered({ ...recordedIn(scene), serverId: "1", name: "none" }));
  // What is to be deleted exists: where it does not, the lists prove that it is gone, and nothing has failed.
  if (call === "delete") {
    emulator.outside.deleteSnapshot(77);
    emulator.outside.createSnapshot({ id: 77, serverId, name: "web-0123abc" });
  }
  await arrange?.(scene, serverId);
  if (fault !== undefined) {
    const { method = METHODS[call], when, skip, ...action } = fault;
    const timing = { ...(when === undefined ? {} : { when }), ...(skip === undefined ? {} : { skip }) };
    emulator.fault({ match: { method, path: "^/snapshots/" }, times: 0, action, ...timing });
  }
  const inputs = registered({ serverId: String(serverId), name: "web-0123abc", ...args });
  try {
    return await transcribe(scene, () =>
      call === "create" ? client.create(inputs) : client[call]("77", { ...inputs, ...recordedIn(scene) }),
    );
  } finally {
    emulator.clearFaults();
    if (each.arrange !== undefined) await emulator.resume().catch(() => undefined);
  }
}

describe("a failure", () => {
  const transcripts = new Map<number, Transcript | Error>();

  beforeAll(async () => {
    const servers = numbered.map(({ serverId: id }) => ({ id, name: `server-${id}` }));
    const waiting = [...numbered];
    const lane = async (): Promise<void> => {
      const scene = await openScene({ emulator: { servers } });
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          transcripts.set(next.serverId, await provoke(scene, next).catch(asError));
        }
      } finally {
        await scene.close();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  });

  it.each(numbered)("$what at a $call", ({ serverId, says }) => {
    const transcript = transcripts.get(serverId);
    if (transcript === undefined || transcript instanceof Error)
      throw transcript ?? new Error("it did not run");

    expect(flaws(transcript, CANARY)).toEqual([]);
    for (const text of says) expect(transcript.message).toMatch(text);
  });
});

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

// A refresh of fifty snapshots fails in one of them: which one, and is it lost now?
it.each([
  ["is answered by 500", { kind: "status", status: 500 }],
  ["meets a list that is not whole", { kind: "replaceBody", body: { count: 7, results: [] } }],
] as const)(
  "a read that %s names the snapshot and says that it stays in the state",
  async (_what, action) => {
    const scene = await openScene();
    try {
      scene.emulator.fault({ match: { method: "GET" }, times: 0, action });
      const state = registered({ ...recordedIn(scene), serverId: "12345", name: "web-0123abc" });

      const { message } = await transcribe(scene, () => scene.client.read("77", state));

      expect(message).toContain('snapshot 77 "web-0123abc"');
      expect(message).toMatch(/\bstate\b/);
    } finally {
      await scene.close();
    }
  },
);

it("reads that fail together fail each for itself, and the host goes on", async () => {
  const scene = await openScene();
  const { client, emulator, host } = scene;
  try {
    const fault = emulator.fault({
      match: { method: "GET" },
      times: 0,
      action: { kind: "status", status: 400 },
    });
    const read = (id: string) =>
      client.read(id, registered({ ...recordedIn(scene), serverId: "12345", name: `n-${id}` }));

    const outcomes = await Promise.allSettled(["1", "2", "3"].map(read));
    fault.remove();

    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
    expect(await read("4")).toMatchObject({ id: "" });
    expect(host.lines).toEqual(Array(3).fill(expect.stringMatching(/^vpsorg: /)));
  } finally {
    await scene.close();
  }
});

describe("a configuration that is all wrong", () => {
  it("is explained point by point", async () => {
    const scene = await openScene({
      config: {
        "vpsorg:token": secret(`${CANARY}\n${CANARY}`),
        "vpsorg:endpoint": "http://vps.example/api",
        "vpsorg:pollIntervalSeconds": "often",
      },
    });
    try {
      const state = registered({ ...recorded, serverId: "1", name: "none" });

      const transcript = await transcribe(scene, () => scene.client.read("77", state));

      expect(flaws(transcript, CANARY)).toEqual([]);
      for (const key of ["token", "endpoint", "pollIntervalSeconds"]) {
        expect(transcript.message).toContain(`vpsorg:${key}`);
      }
    } finally {
      await scene.close();
    }
  });
});

it("a host whose engine was killed changes nothing any more", async () => {
  const scene = await openScene();
  try {
    const { client, emulator, engine } = scene;
    const { id, properties } = await client.create(await checked(client, { serverId: 12345 }));
    const inputs = await checked(client, { serverId: 12346 });
    // A delete that is repeated later is a write of its own.
    emulator.fault({
      match: { method: "DELETE" },
      action: { kind: "status", status: 429, retryAfterSeconds: 1 },
    });
    const repeated = client.delete(id, properties);
    await eventually(() => scene.requests().some((request) => request.startsWith("DELETE")));
    const before = scene.requests().filter((request) => !request.startsWith("GET"));

    engine.stop();

    for (const call of [repeated, client.create(inputs), client.delete(id, properties)]) {
      const { message } = await failure(call, HostError);
      expect(message).toContain("the run that asked for this has ended: nothing was sent to VPS.org");
    }
    expect(before).toHaveLength(2);
    expect(scene.requests().filter((request) => !request.startsWith("GET"))).toEqual(before);
    expect(emulator.model.listSnapshots()).toHaveLength(1);
  } finally {
    await scene.close();
  }
});
