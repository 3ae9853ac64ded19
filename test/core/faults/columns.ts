import { findReadable } from "../../../provider/core/lookup";
import { restore } from "../../../provider/core/restore/run";
import type { Session } from "../../../provider/core/session";
import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { readSnapshot } from "../../../provider/core/snapshot/read";
import type { Fault } from "../../tools/emulator";
import { inputs, OURS, RESTORE_TIMEOUT_MS } from "./stage";
import type { Stage } from "./stage";
import { refreshRotation, seedRing, upOf } from "./rotations";
import { startOperation } from "../../../provider/core/operation";

/** Which requests a fault is for. */
export type Where = Pick<Fault, "match" | "skip">;

/** An operation under test, and which of its requests the faults are for. */
export interface Column {
  /** Whether our snapshot is there before it. */
  readonly seeded: boolean;
  /** What there is besides. */
  readonly prepare?: (stage: Stage) => void;
  /** The request that a fault hits once. */
  readonly once: Where;
  /** What a lasting fault hits: that request and all that could tell how it went. */
  readonly lasting: Where;
  /** Connections are refused from after this request (else from the start); `ms` where it passes. */
  readonly outage: { readonly after?: RegExp; readonly ms: number };
  readonly act: (stage: Stage, session: Session) => Promise<unknown>;
}

const listing: Where = { match: { method: "GET", path: "^/snapshots/$" } };
const polling: Where = { ...listing, skip: 1 };
const posting: Where = { match: { method: "POST", path: "^/snapshots/$" } };
const deleting: Where = { match: { method: "DELETE" } };
const restoring: Where = { match: { method: "POST", path: "/restore/$" } };
const watching: Where = { match: { method: "GET", path: "^/servers/" }, skip: 1 };

/** The same requests for a create and for an addition: a list, the POST, and the looks. */
const creating = {
  seeded: false,
  once: posting,
  lasting: { match: { path: "^/snapshots/$" }, skip: 1 },
  outage: { after: /^GET \/snapshots\/$/, ms: 1000 },
} as const;

const createAndWait: Column["act"] = (stage, session) =>
  createSnapshot(startOperation(session, stage.told), inputs);
const restoreAndWait: Column["act"] = (stage, session) =>
  restore(startOperation(session, stage.told), { snapshotId: OURS, timeoutMs: RESTORE_TIMEOUT_MS });

export const COLUMNS = {
  list: {
    seeded: true,
    once: listing,
    lasting: listing,
    outage: { ms: 1000 },
    act: async (_stage, session) => (await findReadable(session, {})).snapshots,
  },
  create: { ...creating, act: createAndWait },
  wait: {
    seeded: false,
    once: polling,
    lasting: polling,
    outage: { after: /^POST \/snapshots\/$/, ms: 40_000 },
    act: createAndWait,
  },
  read: {
    seeded: true,
    once: listing,
    lasting: listing,
    outage: { ms: 1000 },
    act: (stage, session) =>
      readSnapshot(startOperation(session, stage.told), stage.subject.id, stage.subject.recorded),
  },
  delete: {
    seeded: true,
    once: deleting,
    lasting: deleting,
    outage: { ms: 1000 },
    act: (stage, session) =>
      deleteSnapshot(startOperation(session, stage.told), stage.subject.id, stage.subject.recorded),
  },
  restore: {
    seeded: true,
    once: restoring,
    lasting: { match: { path: "/restore/$|^/servers/" }, skip: 1 },
    outage: { after: /^GET \/servers\//, ms: 1000 },
    act: restoreAndWait,
  },
  "restore wait": {
    seeded: true,
    once: watching,
    lasting: watching,
    outage: { after: /\/restore\/$/, ms: 40_000 },
    act: restoreAndWait,
  },
  "rotation create": { ...creating, act: upOf(1) },
  addition: { ...creating, prepare: seedRing, act: upOf(3) },
  pruning: {
    seeded: false,
    prepare: seedRing,
    once: deleting,
    lasting: deleting,
    outage: { after: /^GET \/servers\/$/, ms: 1000 },
    act: upOf(3),
  },
  "rotation read": {
    seeded: false,
    prepare: seedRing,
    once: listing,
    lasting: listing,
    outage: { ms: 1000 },
    act: refreshRotation,
  },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
