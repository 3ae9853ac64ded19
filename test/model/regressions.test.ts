import type { BehaviourPatch } from "../tools/emulator";
import type { Command } from "./commands";
import { play } from "./explore";
import { FINE } from "./weather";
import type { Trouble, Weather } from "./weather";

/** What random programs have found, as small as it gets. */

const declare = (wait = true, limit = 6): Command => ({
  ...({ do: "declare", resource: "web", server: 0, name: undefined } as const),
  ...{ wait, limit },
});
const up = (weather: Weather = FINE): Command => ({ do: "up", weather });
const restore = (from?: "web", safety = false): Command => ({
  ...({ do: "declare restore", restore: "back", pick: 0 } as const),
  ...{ from, safety },
});
const rotate = (keep: number, server = 0, rotation: "last" | "last-db" = "last"): Command => ({
  ...({ do: "declare rotation", release: 0 } as const),
  ...{ rotation, keep, server },
});
const release = (to: number): Command => ({ do: "change rotation", rotation: "last", what: "release", to });
const adopt = (to: number, rotation: "last" | "last-db" = "last"): Command => ({
  ...({ do: "change rotation", what: "adopt" } as const),
  ...{ rotation, to },
});
const refresh: Command = { do: "refresh", weather: FINE };
const destroy = (weather: Weather): Command => ({ do: "destroy", weather });
const trouble = (on: Trouble["on"], what: Trouble["what"], when: Trouble["when"] = "before"): Weather => ({
  ...{ troubles: [{ on, what, when, skip: 0, times: 1 }], refused: 0 },
});
const lag = (listLagMs: number): BehaviourPatch => ({ listLagMs });

interface Regression {
  readonly name: string;
  readonly api?: BehaviourPatch;
  readonly commands: readonly Command[];
}

const REGRESSIONS: readonly Regression[] = [
  {
    name: "a replacement on another server that vanished, was refreshed away and made anew is waited for",
    commands: [
      declare(),
      up(),
      { ...declare(false), server: 2 } as Command,
      up({ ...FINE, others: { at: 4, what: "delete ours" } }),
      refresh,
      up(),
    ],
  },
  {
    name: "a POST is not repeated on a server that other people have filled meanwhile",
    commands: [declare(), up({ ...trouble("create", "429"), others: { at: 2, what: "fill the server" } })],
  },
  {
    name: "a refresh does not call gone what no list shows yet",
    api: lag(45_000),
    commands: [declare(false), up(), refresh],
  },
  {
    name: "a wait that begins before any list shows the snapshot does not call it deleted",
    api: lag(45_000),
    commands: [declare(false), up(), declare(true), up()],
  },
  {
    name: "a wait that is resumed before any list shows the snapshot does not call it deleted",
    api: lag(90_000),
    commands: [declare(), up(), up()],
  },
  {
    name: "a proxy's 404 to a delete is no proof while no list shows the snapshot yet",
    api: lag(45_000),
    commands: [declare(false), up(), destroy(trouble("delete", "404 page"))],
  },
  {
    name: "the time that a busy server takes before the 201 is not taken from the time that lists have after it",
    api: { ...lag(45_000), busy: { times: 3, status: 409 } },
    commands: [declare(), up()],
  },
  {
    name: "an up after a refresh goes on with a wait that ended early",
    commands: [declare(true, 1), up(), refresh, up()],
  },
  {
    name: "a proxy's page with 200 is no proof of a delete",
    commands: [declare(), up(), destroy(trouble("delete", "page"))],
  },
  {
    name: "two entries that hold the same snapshot are both deleted, and the slower one asks again",
    commands: [
      declare(),
      up(),
      { do: "remove", resource: "web" },
      { do: "import", resource: "cache", pick: 0, wrong: false },
      up(),
      { do: "api", patch: { busy: { forMs: 60_000, status: 400 } } },
      destroy(FINE),
    ],
  },
  {
    name: "a delete that another unfinished snapshot holds up says truly what became of that one",
    api: lag(5000),
    commands: [
      { ...declare(false), server: 1 } as Command,
      { ...declare(), resource: "web-db", server: 1 } as Command,
      up(),
      { ...declare(), resource: "web-db" } as Command,
      { do: "others delete", pick: 0 },
    ],
  },
  {
    name: "a restore with new triggers is not refused where its Snapshot has to be deleted before it is made anew",
    commands: [declare(), restore("web"), up(), { do: "others break", pick: 0 }],
  },
  {
    name: "a proxy's 404 page to a request for a restore is no proof that it was refused",
    commands: [declare(), up(), restore(), up(trouble("restore", "404 page", "after"))],
  },
  {
    name: "a restore whose answer was lost does not take one that another resource requests in the next run for its own",
    commands: [
      declare(),
      up(),
      restore(),
      { ...restore(), restore: "golden" } as Command,
      up(trouble("restore", "500")),
      up(),
    ],
  },
  {
    name: "a restore whose answer was lost does not take one of another resource that an earlier run has recorded",
    commands: [
      declare(),
      up(),
      restore(),
      up({ ...trouble("restore", "500"), cut: { at: 3, how: "cancelled" } }),
      { ...restore(), restore: "golden" } as Command,
      up({ ...FINE, cut: { at: 10, how: "killed before it acts" } }),
      up(),
    ],
  },
  {
    name: "a restore whose answer was lost does not take one that was requested just before, which the server hid",
    api: { restoringLagMs: 30_000 },
    commands: [
      declare(),
      up(),
      { ...restore(), restore: "golden" } as Command,
      restore(),
      up(),
      up(trouble("restore", "500")),
    ],
  },
  {
    name: "a replacement that nothing tells to be one is not waited for",
    api: lag(5000),
    commands: [
      declare(),
      up(),
      restore(undefined, true),
      up({ ...FINE, others: { at: 5, what: "delete ours" } }),
      { ...declare(false), server: 1, name: "nightly" } as Command,
      up(),
      { do: "remove restore", restore: "back" },
      { do: "others delete", pick: 7 },
      refresh,
      up(),
    ],
  },
  {
    name: "a create whose answer was lost is not taken for one of the same given name that a killed run has made",
    api: lag(45_000),
    commands: [
      { ...declare(), name: "nightly" } as Command,
      up({ ...trouble("create", "truncated", "after"), cut: { at: 7, how: "killed before it acts" } }),
      up(trouble("create", "cut body", "after")),
    ],
  },
  {
    name: "a restore whose answer was lost may take the same one, which a killed run has requested unseen, for its own",
    api: { restoringLagMs: 30_000 },
    commands: [
      declare(),
      up(),
      restore(undefined, true),
      up({ ...FINE, cut: { at: 10, how: "host killed after it acted" } }),
      up(trouble("restore", "500")),
    ],
  },
  {
    name: "a member of a rotation that failed since goes at the next up",
    commands: [rotate(2), up(), { do: "others break", pick: 0 }, refresh, up()],
  },
  {
    name: "additions of a rotation that fail do not pile up",
    api: { finalSnapshotStatus: "failed" },
    commands: [rotate(1), up(), up(), up()],
  },
  {
    name: "a rotation drops what an interrupted addition was to drop before it adds another one",
    commands: [
      rotate(1),
      up(),
      release(1),
      { do: "change rotation", rotation: "last", what: "timeouts", to: 1 },
      up(),
      { do: "change rotation", rotation: "last", what: "timeouts", to: 6 },
      release(2),
      up(),
    ],
  },
  {
    name: "a rotation whose first addition was completed late owes none of the same triggers any more",
    commands: [
      rotate(1, 1),
      { do: "change rotation", rotation: "last", what: "timeouts", to: 1 },
      up(),
      { do: "pass", minutes: 1 },
      { do: "others restore", pick: 0 },
      release(1),
      up(),
      release(0),
      { do: "pass", minutes: 4 },
      up(),
    ],
  },
  {
    name: "a rotation does not take an adopted snapshot of another ring for its own addition",
    commands: [
      rotate(2, 1),
      up({ ...trouble("create", "500", "after"), cut: { at: 10, how: "killed before it acts" } }),
      { do: "pass", minutes: 4 },
      adopt(1),
      up(),
    ],
  },
  {
    name: "a new rotation waits for what it adopts as well",
    commands: [
      rotate(4, 1),
      up({ ...trouble("create", "500", "after"), cut: { at: 10, how: "killed before it acts" } }),
      adopt(1),
      up(),
    ],
  },
  {
    name: "a rotation that goes leaves what another one has adopted, and loses none of the others",
    commands: [
      rotate(2, 2),
      up(),
      release(1),
      up(),
      rotate(2, 2, "last-db"),
      adopt(3, "last-db"),
      { do: "remove rotation", rotation: "last" },
      up(),
    ],
  },
  {
    name: "a rotation that waits for a restore of its server says that it has not ended in time",
    api: lag(5000),
    commands: [
      rotate(1),
      declare(),
      { do: "change rotation", rotation: "last", what: "timeouts", to: 1 },
      up({ ...FINE, cut: { at: 2, how: "engine killed" } }),
      restore(),
      up({ troubles: [], refused: 6 }),
      { do: "api", patch: { finalSnapshotStatus: "error" } },
      up({ ...FINE, cut: { at: 1, how: "engine killed" }, others: { at: 3, what: "delete ours" } }),
    ],
  },
  {
    name: "a rotation that goes back to a server that others have filled beside its old ring is told so",
    api: lag(5000),
    commands: [
      rotate(1),
      up(),
      { do: "others fill", server: 0 },
      declare(),
      rotate(1, 2),
      up({ ...FINE, others: { at: 10, what: "delete ours" } }),
      rotate(1),
    ],
  },
  {
    name: "what a killed run has left, and a refresh has found, is the next addition",
    api: { ...lag(45_000), uniqueNames: true },
    commands: [
      rotate(1, 0, "last-db"),
      up(),
      { do: "change rotation", rotation: "last-db", what: "release", to: 1 },
      up({ ...FINE, cut: { at: 3, how: "killed before it acts" } }),
      { do: "change rotation", rotation: "last-db", what: "release", to: 2 },
      refresh,
    ],
  },
  {
    name: "a slot that is promised to a later step costs a rotation no restore point",
    api: { finalSnapshotStatus: "failed" },
    commands: [
      rotate(1),
      up(),
      { do: "others fill", server: 0 },
      adopt(1),
      up({ ...FINE, cut: { at: 7, how: "killed before it acts" } }),
      { do: "declare", resource: "web", server: 1, name: "nightly", wait: true, limit: 6 },
      { do: "declare", resource: "cache", server: 1, name: "nightly", wait: true, limit: 6 },
      { do: "declare restore", restore: "back", pick: 1, from: undefined, safety: true },
    ],
  },
  {
    name: "a rotation whose next number another resource has imported adds one of another number",
    commands: [
      rotate(1, 1),
      up(),
      { do: "others fill", server: 0 },
      release(1),
      up({ ...FINE, cut: { at: 7, how: "killed before it acts" } }),
      { do: "import", resource: "web", pick: 6, wrong: false },
    ],
  },
  {
    name: "an addition is made although the delete after it fails",
    commands: [
      rotate(1, 0, "last-db"),
      up(),
      { do: "change rotation", rotation: "last-db", what: "release", to: 1 },
      up({ ...trouble("server", "other success"), others: { at: 1, what: "delete ours" } }),
      refresh,
    ],
  },
  {
    name: "the old half of a replacement whose snapshot a rotation has adopted and dropped is gone",
    api: lag(5000),
    commands: [{ ...declare(), server: 2 } as Command, up(), rotate(1, 2), declare(), adopt(3), up()],
  },
  {
    name: "a safety snapshot finds no slot beside a rotation that drops some later in the same run",
    api: lag(5000),
    commands: [
      rotate(3, 1),
      up(),
      release(1),
      up(),
      release(0),
      up(),
      rotate(2, 1),
      release(1),
      { do: "declare restore", restore: "back", pick: 8, from: undefined, safety: true },
      { do: "declare", resource: "web", server: 1, name: undefined, wait: true, limit: 6 },
    ],
  },
];

describe.each(REGRESSIONS)("$name", ({ api = {}, commands }) => {
  test.each([1, 2])("with seed %i", async (seed) => {
    await play({ commands, api, seed, uuid: false, finale: seed === 1 ? "up" : "refresh" }, "in process");
  });
});
