import { ROTATION_PROVIDER } from "../../../provider/core/state-contract";
import { ringParts } from "../../../provider/core/snapshot/name";
import { createProvider } from "../../../provider/host/provider";
import type { Provider } from "../../../provider/host/provider";
import { CANARY } from "../../tools/support/account";
import type { Told } from "../../tools/support/account";
import { configured } from "../run-fixture";
import { RotationStack } from "../rotation/rotation-stack";
import type { Column } from "./columns";
import { NEW, SERVER, TIMEOUTS } from "./stage";
import type { RemoteSnapshot, Stage } from "./stage";

/** A rotation that keeps two, on the server with somebody else's snapshot: as it begins, or with the two that it keeps. */
export const KEEP = 2;
export const NEWEST = "722";
export const OLDEST = "721";
export const RING = "8000000";

const MEMBERS = [
  { id: NEWEST, name: `release-${RING}-2`, createdAt: "2026-01-14T08:00:00Z" },
  { id: OLDEST, name: `release-${RING}-1`, createdAt: "2026-01-13T08:00:00Z" },
];

/** The program of a release. */
export const release = (number: number) => ({
  serverId: SERVER,
  keep: KEEP,
  triggers: [`v${number}`],
  __timeouts: TIMEOUTS,
});

interface Rotation {
  readonly stack: RotationStack;
  /** The most that it had on the server after any request. */
  most: number;
}

const rotations = new WeakMap<Stage, Rotation>();

/** What the state of a stage's stack holds of its rotation, and the most of it that was ever on the server. */
export function rotationOf(stage: Stage): Rotation {
  const known = rotations.get(stage);
  if (known !== undefined) return known;
  const rotation: Rotation = { stack: new RotationStack(), most: 0 };
  stage.watch(() => (rotation.most = Math.max(rotation.most, mine(stage).length)));
  rotations.set(stage, rotation);
  return rotation;
}

/** The snapshots of the rotation that the API really holds, listed or not, newest first. */
export function mine(stage: Stage): RemoteSnapshot[] {
  const number = ({ name }: RemoteSnapshot): number => ringParts(name)?.number ?? 0;
  return stage.emulator.model
    .state()
    .snapshots.filter((s) => String(s.server.id) === SERVER && number(s) > 0)
    .sort((a, b) => number(b) - number(a));
}

/** A ring of two releases, as earlier runs have left it. */
export function seedRing(stage: Stage): void {
  for (const member of MEMBERS) stage.emulator.outside.createSnapshot({ ...member, serverId: SERVER });
  const args = { ...release(2), namePrefix: "release", __ring: RING, __provider: ROTATION_PROVIDER };
  rotationOf(stage).stack.entry = {
    id: RING,
    inputs: args,
    outputs: {
      ...args,
      serverName: "web-server-01",
      snapshots: MEMBERS.map((member) => ({ ...member, status: "completed", sizeMb: 5120 })),
      latestId: NEWEST,
      __next: 3,
      __endpoint: stage.session.endpoint,
    },
  };
}

/** The ring of two with an addition that an earlier run has not seen completed. */
export function recordAddition(stage: Stage, createdAt: string): void {
  const { stack } = rotationOf(stage);
  if (stack.entry === undefined) throw new Error("there is no ring to add to");
  const added = { id: NEW, name: `release-${RING}-3`, status: "in_progress", createdAt };
  const outputs = {
    ...stack.entry.outputs,
    snapshots: [added, ...stack.snapshots],
    __next: 4,
    __pending: { number: 3 },
  };
  stack.entry = { ...stack.entry, outputs };
}

/** The handlers of a run of the engine in a process of its own. */
export function hostOf(stage: Stage, told: Told, random = 0.5): Provider {
  const lines = { info: told.infos, warning: told.warnings, progress: told.progressed };
  const host = createProvider({
    engine: {
      log: (kind, message) => {
        lines[kind].push(message);
        return Promise.resolve();
      },
      isGone: () => Promise.resolve(false),
    },
    env: {},
    random: () => random,
    session: { clock: stage.clock, limits: stage.limits },
  });
  const configuration = configured({ token: CANARY, endpoint: stage.emulator.endpoint });
  for (const handler of Object.values(host)) handler.configure(configuration);
  return host;
}

/** An `up` of a program. Gives whether anything was done. */
export const upOf =
  (number: number): Column["act"] =>
  (stage) =>
    rotationOf(stage).stack.up(hostOf(stage, stage.told), release(number));

export const refreshRotation: Column["act"] = (stage) =>
  rotationOf(stage).stack.refresh(hostOf(stage, stage.told));
