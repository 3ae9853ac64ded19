import * as pulumi from "@pulumi/pulumi";
import { getSnapshotOutput, getSnapshotsOutput, Snapshot } from "pulumi-vpsorg";

const config = new pulumi.Config();
const serverId = config.requireNumber("serverId");

// One snapshot that exists, by the resource option: nothing is created, and what is left out here takes its values.
// Once it is in the state the option can stay or go.
const golden = new Snapshot("golden", { serverId }, { import: config.require("snapshotId") });

// Others are looked up, and never changed: the newest that can be restored, by whomever it was made, and all of them.
const newest = getSnapshotOutput({ serverId, status: "completed", mostRecent: true });
const all = getSnapshotsOutput({ serverId });

export const goldenName = golden.name;
export const newestName = newest.name;
export const oldestDate = all.snapshots.apply((snapshots) => snapshots.at(-1)?.createdAt);
export const freePlaces = all.remainingSlots;
