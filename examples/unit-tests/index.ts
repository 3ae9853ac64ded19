import * as pulumi from "@pulumi/pulumi";
import { getSnapshotsOutput, Snapshot, SnapshotRestore } from "pulumi-vpsorg";

const config = new pulumi.Config();
const serverId = config.requireNumber("serverId");
const incident = config.get("incident");

export const snapshot = new Snapshot("before-release", { serverId, triggers: [config.require("release")] });

export const freeSlots = getSnapshotsOutput({ serverId }).apply((all) => all.remainingSlots);

export const restore = incident
  ? new SnapshotRestore("back", {
      snapshotId: config.require("goodSnapshot"),
      serverId,
      triggers: [incident],
    })
  : undefined;
