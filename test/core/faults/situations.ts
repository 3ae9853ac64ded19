import type { Fault, OutsideAction } from "../../tools/emulator";
import type { ColumnName } from "./columns";
import type { Row } from "./rows";
import { OLDEST, recordAddition, RING } from "./rotations";
import { NAME, NEW, OURS, recorded, SERVER } from "./stage";
import type { Stage } from "./stage";

/** Faults that are no broken answers: late lists, changing lists, and other people. Each operation has its own. */
type Strikes = Partial<Record<ColumnName, (stage: Stage, lasting: boolean) => void>>;

/** The answer to the POST is lost in most of these: only then does the operation depend on lists. */
const LOST = /the connection was reset/;

function situation(says: RegExp, strikes: Strikes, removes: Row["removes"] = () => []): Row {
  return {
    says,
    saysIn: { create: LOST, "rotation create": LOST, addition: LOST },
    removes,
    strike: (stage, operation, lasting) => {
      const strike = strikes[operation];
      if (strike === undefined) throw new Error(`nothing is scripted for ${operation}`);
      strike(stage, lasting);
    },
  };
}

const CREATE: Fault["match"] = { method: "POST", path: "^/snapshots/$" };
const RESTORE: Fault["match"] = { method: "POST", path: "/restore/$" };
const LISTS: Fault["match"] = { method: "GET", path: "^/snapshots/$" };
const FIRST_PAGES: Fault["match"] = { ...LISTS, query: "^(server_id=\\d+)?$" };
const SERVER_LISTS: Fault["match"] = { method: "GET", path: "^/servers/$", query: "^$" };
const SERVER_LOOKS: Fault["match"] = { method: "GET", path: `^/servers/${SERVER}/$` };

const SHORT_LAG_MS = 40_000;
/** Longer than any grace period. */
const LONG_LAG_MS = 120_000;

function loseAnswer({ emulator }: Stage, match: Fault["match"]): void {
  emulator.fault({ match, when: "after", action: { kind: "reset" } });
}

function somebody({ emulator }: Stage, effect: OutsideAction, fault: Omit<Fault, "action">): void {
  emulator.fault({ ...fault, action: { kind: "run", effect } });
}

function foreignNext(
  { emulator, elsewhere }: Stage,
  lasting: boolean,
  match: Fault["match"],
  skip = 0,
): void {
  const url = `${elsewhere.endpoint}/snapshots/?page=2`;
  emulator.fault({ match, skip, times: lasting ? 0 : 1, action: { kind: "next", url } });
}

/** Adds newer snapshots, and lets one of them go after the first page of each reading of the list. */
function shrink(stage: Stage, extras: number, lasting: boolean, skip = 0): void {
  const { emulator } = stage;
  emulator.setBehaviour({ pageSize: 2 });
  const ids = Array.from({ length: extras }, (_, i) => String(711 + i));
  for (const id of ids) {
    const createdAt = `2026-01-13T08:00:${id.slice(1)}Z`;
    emulator.outside.createSnapshot({ id, serverId: SERVER, name: `more-${id}`, createdAt });
  }
  for (const [i, id] of ids.slice(0, lasting ? 3 : 1).entries()) {
    somebody(stage, { action: "deleteSnapshot", id }, { match: FIRST_PAGES, when: "after", skip: skip + i });
  }
}

/** A snapshot of ours that was made a moment ago, and that lists do not show yet. */
function freshlyMade(stage: Stage): void {
  stage.emulator.outside.deleteSnapshot(OURS);
  stage.emulator.setBehaviour({ listLagMs: SHORT_LAG_MS });
  const { id, created_at } = stage.emulator.model.createSnapshot({ serverId: SERVER, name: NAME });
  const { sizeMb: _none, ...rest } = recorded;
  stage.subject = { id: String(id), recorded: { ...rest, status: "in_progress", createdAt: created_at } };
}

function vanishWhileBusy(stage: Stage, id: string): void {
  stage.emulator.setBehaviour({ busy: { operations: ["delete"], times: 1 } });
  somebody(stage, { action: "deleteSnapshot", id }, { match: { method: "DELETE" }, skip: 1 });
}

/** The same of the addition of an earlier run, which gave up its wait. */
function freshlyAdded(stage: Stage): void {
  stage.emulator.setBehaviour({ listLagMs: SHORT_LAG_MS });
  const { created_at } = stage.emulator.model.createSnapshot({ serverId: SERVER, name: `release-${RING}-3` });
  recordAddition(stage, created_at);
}

function lateList(stage: Stage, lasting: boolean): void {
  stage.emulator.setBehaviour({ listLagMs: lasting ? LONG_LAG_MS : SHORT_LAG_MS });
}

/** A create and an addition meet the same. */
function added(strike: NonNullable<Strikes["create"]>): Strikes {
  return { create: strike, "rotation create": strike, addition: strike };
}

export const SITUATIONS: Readonly<Record<string, Row>> = {
  "foreign next": situation(/is not the endpoint's origin; it is not followed/, {
    list: (stage, lasting) => foreignNext(stage, lasting, LISTS),
    read: (stage, lasting) => foreignNext(stage, lasting, LISTS),
    wait: (stage, lasting) => foreignNext(stage, lasting, LISTS, 1),
    ...added((stage, lasting) => {
      loseAnswer(stage, CREATE);
      foreignNext(stage, lasting, LISTS, 1);
    }),
    "rotation read": (stage, lasting) => foreignNext(stage, lasting, LISTS),
    "restore wait": (stage, lasting) => {
      stage.emulator.setBehaviour({ serverDetail: 404 });
      foreignNext(stage, lasting, SERVER_LISTS, 1);
    },
  }),

  "list lag": situation(/./, {
    ...added((stage, lasting) => {
      lateList(stage, lasting);
      loseAnswer(stage, CREATE);
    }),
    wait: lateList,
    pruning: lateList,
    read: freshlyMade,
    "rotation read": freshlyAdded,
    delete: freshlyMade,
    restore: (stage, lasting) => {
      stage.emulator.setBehaviour({ restoringLagMs: lasting ? LONG_LAG_MS : SHORT_LAG_MS });
      loseAnswer(stage, RESTORE);
    },
    "restore wait": ({ emulator }) => emulator.setBehaviour({ restoringLagMs: SHORT_LAG_MS }),
  }),

  "shrinking pages": situation(/the list changed while it was read|it announces \d+ entries and lists \d+/, {
    list: (stage, lasting) => shrink(stage, 4, lasting),
    read: (stage, lasting) => shrink(stage, 4, lasting),
    ...added((stage) => {
      loseAnswer(stage, CREATE);
      shrink(stage, 2, false, 1);
    }),
    "rotation read": (stage, lasting) => shrink(stage, 4, lasting),
    wait: (stage) => shrink(stage, 2, false, 1),
    "restore wait": (stage) => {
      stage.emulator.setBehaviour({ serverDetail: 404, pageSize: 2 });
      const fault = { match: SERVER_LISTS, skip: 1, when: "after" } as const;
      somebody(stage, { action: "removeServer", id: "12347" }, fault);
    },
  }),

  "vanishing snapshot": situation(/./, {
    ...added((stage) => {
      somebody(stage, { action: "deleteSnapshot", id: NEW }, { match: CREATE, when: "after" });
      loseAnswer(stage, CREATE);
    }),
    wait: (stage) => somebody(stage, { action: "deleteSnapshot", id: NEW }, { match: LISTS, skip: 2 }),
    delete: (stage) => vanishWhileBusy(stage, OURS),
    pruning: (stage) => vanishWhileBusy(stage, OLDEST),
    restore: (stage) => somebody(stage, { action: "deleteSnapshot", id: OURS }, { match: RESTORE }),
    "restore wait": (stage) =>
      somebody(stage, { action: "deleteSnapshot", id: OURS }, { match: SERVER_LOOKS, skip: 1 }),
  }),

  "foreign deletion": situation(
    /./,
    {
      list: ({ emulator }) => void emulator.outside.deleteSnapshot("702"),
      ...added((stage) => somebody(stage, { action: "deleteSnapshot", id: "702" }, { match: CREATE })),
      wait: (stage) =>
        somebody(stage, { action: "deleteSnapshot", id: NEW }, { match: CREATE, when: "after" }),
      read: ({ emulator }) => void emulator.outside.deleteSnapshot(OURS),
      delete: ({ emulator }) => void emulator.outside.deleteSnapshot(OURS),
      restore: ({ emulator }) => void emulator.outside.deleteSnapshot(OURS),
      pruning: (stage) => somebody(stage, { action: "deleteSnapshot", id: OLDEST }, { match: SERVER_LISTS }),
      "rotation read": ({ emulator }) => void emulator.outside.deleteSnapshot(OLDEST),
      "restore wait": (stage) =>
        somebody(stage, { action: "removeServer", id: SERVER }, { match: SERVER_LOOKS, skip: 2 }),
    },
    (operation) =>
      ["list", "create", "restore wait", "rotation create", "addition"].includes(operation) ? ["702"] : [],
  ),

  "foreign creation": situation(/./, {
    list: (stage) => somebody(stage, { action: "fillServer", id: SERVER }, { match: LISTS }),
    ...added((stage) => somebody(stage, { action: "fillServer", id: SERVER }, { match: CREATE })),
    wait: (stage) => somebody(stage, { action: "fillServer", id: SERVER }, { match: LISTS, skip: 1 }),
  }),
};
