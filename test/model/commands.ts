import * as fc from "fast-check";
import type { BehaviourPatch } from "../tools/emulator";
import { changeRotation, declareRotation, removeRotation } from "./rotation-commands";
import type { RotationCommand } from "./rotation-commands";
import { deadly, FINE, weatherOn } from "./weather";
import type { Weather } from "./weather";

/** The resources that a program may declare; the second's automatic names look like the first's. */
export const RESOURCES = ["web", "web-db", "cache"] as const;
export type Resource = (typeof RESOURCES)[number];
/** The restores that a program may declare. */
export const RESTORES = ["back", "golden"] as const;
export type Restore = (typeof RESTORES)[number];
/** Servers by their number; the third fills soonest. */
export const SERVERS = [12345, 12346, 12347] as const;

export type Argument = "serverId" | "name" | "description" | "triggers" | "waitForCompletion" | "timeouts";

/** One thing that somebody does. Plain data, so that a counter-example is readable as it is. */
export type Command =
  | {
      readonly do: "declare";
      readonly resource: Resource;
      readonly server: number;
      readonly name: string | undefined;
      readonly wait: boolean;
      /** Minutes that an operation may take. */
      readonly limit: number | undefined;
    }
  | { readonly do: "change"; readonly resource: Resource; readonly what: Argument; readonly to: number }
  | { readonly do: "remove"; readonly resource: Resource }
  | { readonly do: "import"; readonly resource: Resource; readonly pick: number; readonly wrong: boolean }
  | { readonly do: "drop the import option"; readonly resource: Resource }
  | {
      readonly do: "declare restore";
      readonly restore: Restore;
      /** The `Snapshot` whose output gives the id; a snapshot by its number where that is not declared. */
      readonly from: Resource | undefined;
      readonly pick: number;
      readonly safety: boolean;
    }
  | {
      readonly do: "change restore";
      readonly restore: Restore;
      readonly what: "snapshotId" | "triggers" | "both" | "safetySnapshot" | "timeouts";
      readonly to: number;
    }
  | { readonly do: "remove restore"; readonly restore: Restore }
  | RotationCommand
  | { readonly do: "up" | "preview" | "refresh" | "destroy"; readonly weather: Weather }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "others create"; readonly server: number; readonly name: string }
  | { readonly do: "others delete" | "others break" | "others restore"; readonly pick: number }
  | { readonly do: "others fill"; readonly server: number }
  | { readonly do: "api"; readonly patch: BehaviourPatch };

/** Names that programs give, and that other people give as well. */
const NAMES = ["nightly", "before-upgrade"];
const SIMILAR = ["web-1a2b3c4", "web-db-0000001", "web-db", "cache-fffffff", "someone-elses"];

const resource = fc.constantFrom(...RESOURCES);
const restore = fc.constantFrom(...RESTORES);
const server = fc.constantFrom(0, 0, 1, 2);
const pick = fc.nat({ max: 9 });

const PATCHES: readonly BehaviourPatch[] = [
  { listLagMs: 5000 },
  { listLagMs: 45_000 },
  { listLagMs: null },
  { pageSize: 1 },
  { pageSize: 3 },
  { pageSize: null },
  { listOrder: "oldestFirst" },
  { finalSnapshotStatus: "failed" },
  { finalSnapshotStatus: "error" },
  { finalSnapshotStatus: null },
  { intermediateStatus: "compressing" },
  { intermediateStatus: "queued" },
  { filterWorks: false },
  { filterWorks: "broken" },
  { filterWorks: true },
  { uniqueNames: true },
  { neverCompletes: true },
  { neverCompletes: null },
  { errorBodyStyle: "html" },
  { errorBodyStyle: "empty" },
  { errorBodyStyle: "field" },
  { wholeSeconds: true },
  { busy: { times: 3, status: 409 } },
  { busy: { forMs: 240_000, status: 423 } },
  { busy: { forMs: 60_000, status: 400 } },
  { busy: null },
  { restoringLagMs: 30_000 },
  { restoringConflictStatus: 409 },
  { restoringConflictStatus: 423 },
  { neverEndsRestoring: true },
  { neverEndsRestoring: null },
];

const declare: fc.Arbitrary<Command> = fc.record({
  do: fc.constant("declare" as const),
  resource,
  server,
  name: fc.option(fc.constantFrom(...NAMES), { nil: undefined, freq: 2 }),
  wait: fc.constantFrom(true, true, true, false),
  limit: fc.constantFrom(6, 6, 6, undefined),
});

const declareRestore: fc.Arbitrary<Command> = fc.record({
  do: fc.constant("declare restore" as const),
  restore,
  from: fc.constantFrom(undefined, undefined, ...RESOURCES),
  pick,
  safety: fc.boolean(),
});

const up: fc.Arbitrary<Command> = fc.record({
  do: fc.constant("up" as const),
  weather: weatherOn("create", "list", "server's list", "delete", "restore", "server"),
});

const fill: fc.Arbitrary<Command> = fc.record({ do: fc.constant("others fill" as const), server });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: declare },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      resource,
      what: fc.constantFrom<Argument[]>(
        "triggers",
        "triggers",
        "triggers",
        "description",
        "name",
        "serverId",
        "waitForCompletion",
        "timeouts",
      ),
      to: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), resource }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("import" as const),
      resource,
      pick,
      wrong: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop the import option" as const), resource }) },
  { weight: 4, arbitrary: declareRestore },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("change restore" as const),
      restore,
      what: fc.constantFrom(
        ...(["snapshotId", "triggers", "triggers", "both", "both", "safetySnapshot", "timeouts"] as const),
      ),
      to: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove restore" as const), restore }) },
  { weight: 3, arbitrary: declareRotation },
  { weight: 1, arbitrary: removeRotation },
  { weight: 10, arbitrary: up },
  run("preview", 1, weatherOn("list", "server's list")),
  run("refresh", 3, weatherOn("list", "server's list")),
  run("destroy", 3, weatherOn("delete")),
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("pass" as const), minutes: fc.constantFrom(1, 4, 15, 2000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("others create" as const),
      server,
      name: fc.constantFrom(...SIMILAR, ...NAMES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("others delete" as const, "others delete" as const, "others break" as const),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("others restore" as const), pick }) },
  { weight: 1, arbitrary: fill },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("api" as const), patch: fc.constantFrom(...PATCHES) }),
  },
);

/** A change of a rotation that is carried out: it takes several of them to see a ring turn. */
const turn: fc.Arbitrary<Command[]> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(changeRotation, up) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      changeRotation,
      fc.record({ do: fc.constant("up" as const), weather: deadly }),
      fc.constant<Command>({ do: "up", weather: FINE }),
    ),
  },
);

const rotating: fc.Arbitrary<Command[]> = fc
  .tuple(declareRotation, fc.array(fill, { maxLength: 1 }), fc.array(turn, { maxLength: 3, size: "max" }))
  .map(([first, full, turns]) => [first, { do: "up", weather: FINE }, ...full, ...turns.flat()]);

const commands: fc.Arbitrary<Command[]> = fc.oneof(
  { weight: 6, arbitrary: command.map((one) => [one]) },
  { weight: 1, arbitrary: turn },
);

function run(
  operation: "up" | "preview" | "refresh" | "destroy",
  weight: number,
  weather: fc.Arbitrary<Weather>,
): fc.WeightedArbitrary<Command> {
  return { weight, arbitrary: fc.record({ do: fc.constant(operation), weather }) };
}

/** One random program. */
export interface Scenario {
  readonly commands: readonly Command[];
  /** What is odd about the API from the start. */
  readonly api: BehaviourPatch;
  /** Ids as UUIDs. */
  readonly uuid: boolean;
  /** For whatever the provider makes at random. */
  readonly seed: number;
  /** What the user does first when everything works again. */
  readonly finale: "up" | "refresh";
}

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  // Whatever happens before something is declared leads nowhere, and nothing is restored before a snapshot is made.
  commands: fc
    .tuple(
      fc.oneof(
        { weight: 1, arbitrary: fc.tuple(declare) },
        {
          weight: 4,
          arbitrary: fc.tuple(declare, fc.constant<Command>({ do: "up", weather: FINE }), declareRestore, up),
        },
        { weight: 2, arbitrary: rotating },
      ),
      fc.array(commands, { minLength: 2, maxLength: 12, size: "max" }),
    )
    .map(([first, rest]) => [...first, ...rest.flat()]),
  api: fc.oneof(
    fc.constant({}),
    fc.constantFrom(...PATCHES),
    fc.record({
      listLagMs: fc.constantFrom(0, 5000, 45_000),
      pageSize: fc.constantFrom(null, 1, 2, 3),
      filterWorks: fc.constantFrom<(boolean | "broken")[]>(true, true, false, "broken"),
      uniqueNames: fc.boolean(),
    }),
  ),
  uuid: fc.constantFrom(false, false, false, true),
  seed: fc.nat({ max: 0xffff }),
  finale: fc.constantFrom<("up" | "refresh")[]>("up", "refresh"),
});
