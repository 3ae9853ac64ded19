import * as pulumi from "@pulumi/pulumi";
import { Snapshot, SnapshotRestore, SnapshotRotation } from "../../../provider";
import type { SnapshotRotationArgs } from "../../../provider";
import { ROTATION_TYPE } from "../../../provider/core/state-contract";

/** What the class registers, as Pulumi's mocks see it. */
interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

let registered: Registered[];

beforeEach(async () => {
  registered = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs }) => {
      const given = inputs as Record<string, unknown>;
      registered.push({ type, name, inputs: given });
      const made = type.endsWith("Rotation") ? { latestId: "805" } : { snapshotId: given["snapshotId"] };
      return { id: `${name}-id`, state: { ...given, ...made } };
    },
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "stack");
});

const args: SnapshotRotationArgs = { serverId: 12345, keep: 3, triggers: ["v1"] };

async function inputsOf(resource: pulumi.CustomResource, name: string): Promise<Registered["inputs"]> {
  await new Promise((resolve) => resource.urn.apply(resolve));
  return registered.find((each) => each.name === name)?.inputs ?? {};
}

test("a rotation registers its arguments, and what a dynamic provider is not told otherwise", async () => {
  const since = new Date("2026-01-15T12:00:00Z");
  const opts = { customTimeouts: { update: "5m" }, retainOnDelete: true, protect: true };
  const rotation = new SnapshotRotation("release", { ...args, triggers: ["v1", since] }, opts);
  expect(await inputsOf(rotation, "release")).toMatchObject({
    serverId: 12345,
    keep: 3,
    triggers: ["v1", since.toISOString()],
    __resource: "release",
    __timeouts: { update: "5m" },
    __protects: true,
    __keeps: "retainOnDelete",
    __provider: 'exports.handler=()=>require("pulumi-vpsorg/host").snapshotRotation',
    __urn: "urn:pulumi:stack::project::pulumi-nodejs:dynamic/vpsorg:SnapshotRotation::release",
  });
  expect([SnapshotRotation.isInstance(rotation), Snapshot.isInstance(rotation)]).toEqual([true, false]);
});

test("the URN that the provider is told is the one that Pulumi makes", async () => {
  const rotation = new SnapshotRotation("release", args);
  const made = pulumi.createUrn("release", ROTATION_TYPE);
  const urn = await new Promise((resolve) => made.apply(resolve));
  expect((await inputsOf(rotation, "release"))["__urn"]).toBe(urn);
  expect(await new Promise((resolve) => rotation.urn.apply(resolve))).toBe(urn);
});

test.each([
  [{}, { protect: true }, true],
  [{ protect: false }, { protect: true }, undefined],
  [{}, {}, undefined],
])("with %j in a parent with %j is protected: %s", async (own, ofParent, expected) => {
  const parent = new pulumi.ComponentResource("a:b:Group", "group", {}, ofParent);
  const rotation = new SnapshotRotation("release", args, { ...own, parent });
  expect((await inputsOf(rotation, "release"))["__protects"]).toBe(expected);
});

test.each(["import", "id"] as const)("the option %s throws", (option) => {
  expect(() => new SnapshotRotation("release", args, { [option]: "801" })).toThrow(
    `SnapshotRotation "release": the resource option ${option} has no meaning here, because a rotation is several snapshots; ` +
      "remove it, and name those that exist in the argument adopt",
  );
});

test("triggers whose changes nobody would see throw", () => {
  expect(() => new SnapshotRotation("release", { ...args, triggers: [new Map()] })).toThrow(
    'SnapshotRotation "release": triggers[0] is an instance of Map',
  );
});

test("a restore knows that its id comes from a rotation", async () => {
  const rotation = new SnapshotRotation("release", args);
  const snapshotId = rotation.latestId.apply((id) => id);
  const restore = new SnapshotRestore("back", { snapshotId, serverId: 12345 });
  await new Promise((resolve) => restore.snapshotId.apply(resolve));
  expect(registered.find(({ name }) => name === "back-request")?.inputs).toMatchObject({
    snapshotId: "805",
    __linked: "rotation",
  });
});
