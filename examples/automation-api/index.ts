import * as pulumi from "@pulumi/pulumi";
import { Snapshot } from "pulumi-vpsorg";

const config = new pulumi.Config();
const release = config.require("release");

const beforeRelease = new Snapshot("before-release", {
  serverId: config.require("serverId"),
  description: `Before release ${release}`,
  triggers: [release],
});

// What deploy.mjs goes back to.
export const snapshotId = beforeRelease.id;
export const snapshotName = beforeRelease.name;
