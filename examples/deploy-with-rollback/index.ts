import * as pulumi from "@pulumi/pulumi";
import { Snapshot } from "pulumi-vpsorg";

const config = new pulumi.Config();
const serverId = config.require("serverId");
const release = config.require("release");

// A new release is a new snapshot; the one before the last release goes once this one is complete.
const beforeRelease = new Snapshot("before-release", {
  serverId,
  description: `Before release ${release}`,
  triggers: [release],
});

// What pipeline.mjs goes back to.
export const snapshotId = beforeRelease.id;
export const snapshotName = beforeRelease.name;
export const snapshotServerId = serverId;
