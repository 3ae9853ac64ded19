import { VpsorgError } from "../../api/errors";
import { age, moment, asSentence, serverLabel } from "../messages/labels";
import { obstacleTo, readPlan } from "./plan";
import type { Operation } from "../operation";

type Raw = Readonly<Record<string, unknown>>;

/** Which component a step belongs to. */
export interface Announced {
  /** Its URN: the same for its safety snapshot and its request. */
  readonly component: string;
  /** Its name in the program. */
  readonly resource: string;
}

/**
 * Looks at what a new restore is going to overwrite. What can never be restored, or would cross another step of this
 * run, is an error; what may have passed in a moment is a warning.
 */
export async function announceRestore(
  operation: Operation,
  inputs: Raw,
  announced: Announced,
  isUnknown: (value: unknown) => boolean,
): Promise<void> {
  const { snapshotId, serverId } = inputs;
  if (isUnknown(serverId))
    operation.reporter.warn("all data on a server whose id is not known yet may be overwritten.");
  else if (isUnknown(snapshotId)) await announceUnknown(operation, String(serverId), announced);
  else await announceKnown(operation, inputs, announced);
}

async function announceUnknown(operation: Operation, serverId: string, announced: Announced): Promise<void> {
  const server = await operation.client.getServer(serverId);
  if (server === undefined) {
    throw new VpsorgError(
      "NOT_FOUND",
      `there is no server ${serverId} in this account. Nothing was restored.`,
    );
  }
  const { id, name } = server;
  operation.restores.plan(announced.component, {
    resource: announced.resource,
    serverId: id,
    serverName: name,
    snapshotId: undefined,
  });
  operation.reporter.warn(
    `all data on ${serverLabel(id, name)} may be overwritten with a snapshot whose id is not known yet: everything ` +
      "written since it was taken is lost, and the server is stopped.",
  );
}

async function announceKnown(operation: Operation, inputs: Raw, announced: Announced): Promise<void> {
  const read = await readPlan(operation, {
    snapshotId: String(inputs["snapshotId"]),
    serverId: String(inputs["serverId"]),
  });
  const { snapshot, server } = read;
  operation.restores.plan(announced.component, {
    resource: announced.resource,
    serverId: server.id,
    serverName: server.name,
    snapshotId: snapshot.id,
  });
  const old = age(snapshot.createdAt, operation.clock.now());
  operation.reporter.warn(
    `all data on ${serverLabel(server.id, server.name)} will be overwritten with snapshot ${snapshot.id} "${snapshot.name}": ` +
      `everything written since ${moment(snapshot.createdAt)} (${old}) is lost, and the server is stopped.`,
  );
  const obstacle = obstacleTo(operation, read);
  if (obstacle !== undefined) operation.reporter.warn(`\`up\` would be refused now: ${asSentence(obstacle)}`);
}
