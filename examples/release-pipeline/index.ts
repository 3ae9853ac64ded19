import * as pulumi from "@pulumi/pulumi";
import { SnapshotRotation } from "pulumi-vpsorg";

const config = new pulumi.Config();

// The pipeline names the release. By hand: pulumi config set release v1.4.0
const release = process.env["RELEASE"] ?? config.require("release");

export const serverId = config.require("serverId");

// A new release adds a snapshot. Once it is complete, the oldest one goes where there are more than three.
const rotation = new SnapshotRotation("before-release", {
  serverId,
  keep: 3,
  description: `Before release ${release}`,
  triggers: [release],
});

// What the pipeline goes back to, and what it looks for each night.
export const latestId = rotation.latestId;
export const snapshotIds = rotation.snapshots.apply((all) => all.map(({ id }) => id).join(" "));
