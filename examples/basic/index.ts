import * as pulumi from "@pulumi/pulumi";
import { Snapshot } from "pulumi-vpsorg";

const config = new pulumi.Config();

// The servers to snapshot: `pulumi config set serverIds 12345,12346`.
const serverIds = (config.get("serverIds") ?? "12345").split(",").map((id) => id.trim());

// A new release takes fresh snapshots: `pulumi config set release 2025-01-15`.
const release = config.get("release") ?? "first";

const snapshots = serverIds.map(
  (serverId) =>
    new Snapshot(`before-upgrade-${serverId}`, {
      serverId,
      description: `Before release ${release}`,
      triggers: [release],
    }),
);

export const snapshotIds = snapshots.map((snapshot) => snapshot.id);
export const snapshotNames = snapshots.map((snapshot) => snapshot.name);
