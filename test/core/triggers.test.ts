import { runInNewContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { Snapshot, SnapshotRestore } from "../../provider";

/** Triggers as they reach the engine, which makes `{}` of whatever is no plain value. */
const AT = new Date("2026-01-15T12:00:00Z");
const ISO = "2026-01-15T12:00:00.000Z";

class Release {
  constructor(readonly version: string) {}
}

const later = <T>(value: T): pulumi.Output<T> => pulumi.output("v1").apply(() => value);

let registered: Record<string, unknown>;

const mocks: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs }) => {
    const { triggers } = inputs as { triggers?: unknown };
    registered[name] = triggers;
    return { id: `${name}-id`, state: inputs as Record<string, unknown> };
  },
  call: () => ({}),
};

beforeEach(async () => {
  registered = {};
  await pulumi.runtime.setMocks(mocks);
});

// What is still on its way would meet the mocks of the next test.
afterEach(() => pulumi.runtime.disconnect());

const done = <T>(output: pulumi.Output<T>): Promise<T> =>
  (output as unknown as { promise(): Promise<T> }).promise();

async function triggersOf(triggers: unknown): Promise<unknown> {
  const { urn } = new Snapshot("web", { serverId: 12345, triggers: triggers as unknown[] });
  await done(urn);
  return registered["web"];
}

it.each<[string, unknown, unknown]>([
  ["none", undefined, undefined],
  ["plain values", ["v1", 2, true, null, { a: [1] }], ["v1", 2, true, null, { a: [1] }]],
  ["a date", [AT], [ISO]],
  ["a nested date", [{ at: [AT] }], [{ at: [ISO] }]],
  ["a date of another realm", [runInNewContext("new Date(0)")], ["1970-01-01T00:00:00.000Z"]],
  ["an object of another realm", [runInNewContext("({ a: 1 })")], [{ a: 1 }]],
  ["an object without a prototype", [Object.assign(Object.create(null) as object, { a: 1 })], [{ a: 1 }]],
  // `pulumi.output(date)` is `{}` from the start; what an `apply` gives is not.
  ["an output of a date", [later(AT), { at: later(AT) }], [ISO, { at: ISO }]],
  ["an output of all", later([{ at: AT }]), [{ at: ISO }]],
  ["a promise of a date", [Promise.resolve(AT)], [ISO]],
])("%s", async (_what, given, expected) => {
  expect(await triggersOf(given)).toEqual(expected);
});

it.each<[string, unknown, string]>([
  ["a Map", [new Map()], "triggers[0] is an instance of Map"],
  ["a Set in place of the list", new Set(["v1"]), "triggers is an instance of Set"],
  [
    "an instance of a class",
    ["v1", { release: new Release("v1") }],
    "triggers[1].release is an instance of Release",
  ],
  ["a regular expression", [/v1/], "triggers[0] is an instance of RegExp"],
  ["bytes", [Buffer.from("v1")], "triggers[0] is an instance of Buffer"],
  ["no date", [new Date("never")], "triggers[0] is an invalid Date"],
])("%s is refused, by name", (_what, triggers, said) => {
  const make = [
    () => new Snapshot("web", { serverId: 12345, triggers: triggers as unknown[] }),
    () => new SnapshotRestore("web", { snapshotId: 801, serverId: 12345, triggers: triggers as unknown[] }),
  ];
  for (const resource of make) expect(resource).toThrow(`"web": ${said}, whose changes Pulumi cannot see`);
});

it("a restore and its safety snapshot get the same ones", async () => {
  const args = { snapshotId: 801, serverId: 12345, triggers: [AT], safetySnapshot: true };
  const { requestedAt } = new SnapshotRestore("back", args);
  await done(requestedAt);

  expect([registered["back-safety"], registered["back-request"]]).toEqual([[ISO], [ISO]]);
});

it("what is secret stays so, and what is unknown stays so", async () => {
  const unknown: pulumi.runtime.Mocks = {
    ...mocks,
    newResource: ({ inputs }) => ({ id: undefined, state: inputs as Record<string, unknown> }),
  };
  await pulumi.runtime.setMocks(unknown, "p", "s", true);
  const first = new Snapshot("first", { serverId: 12345 });
  const { triggers } = new Snapshot("web", { serverId: 12345, triggers: [first.id, pulumi.secret(AT)] });

  const held = triggers as unknown as { isKnown: Promise<boolean>; isSecret: Promise<boolean> };
  expect([await held.isKnown, await held.isSecret]).toEqual([false, true]);
});
