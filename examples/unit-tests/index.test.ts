import assert from "node:assert/strict";
import test from "node:test";
import * as pulumi from "@pulumi/pulumi";

const registered: pulumi.runtime.MockResourceArgs[] = [];

const valueOf = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

test("one snapshot, of the right server, for this release, and no restore", async () => {
  pulumi.runtime.setAllConfig({ "project:serverId": "12345", "project:release": "v1" });
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      registered.push(args);
      return { id: `${args.name}-id`, state: args.inputs };
    },
    // The look-ups: `token` is vpsorg:index:getSnapshots.
    call: () => ({ snapshots: [], remainingSlots: 5 }),
  });

  const program = await import("./index.js");

  assert.equal(await valueOf(program.snapshot.serverId), 12345);
  assert.deepEqual(await valueOf(program.snapshot.triggers), ["v1"]);
  assert.equal(await valueOf(program.freeSlots), 5);
  assert.equal(program.restore, undefined);
  assert.deepEqual(
    registered.map(({ type }) => type),
    ["pulumi-nodejs:dynamic/vpsorg:Snapshot"],
  );
});
