import { VpsorgError } from "../../api/errors";
import type { Reporter } from "../messages/reporter";
import type { Session } from "../session";
import type { CheckFailure } from "../snapshot/arguments";
import { age, moment, asSentence, serverLabel } from "../messages/labels";
import { obstacleTo, readPlan } from "./plan";

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
 * run, is a failure; what may have passed in a moment is a warning.
 */
export async function announceRestore(
  session: Session,
  inputs: Raw,
  announced: Announced,
  isUnknown: (value: unknown) => boolean,
  reporter: Reporter,
): Promise<CheckFailure[]> {
  const { snapshotId, serverId } = inputs;
  if (isUnknown(serverId)) {
    reporter.warn("all data on a server whose id is not known yet may be overwritten.");
    return [];
  }
  try {
    if (isUnknown(snapshotId)) await announceUnknown(session, String(serverId), announced, reporter);
    else await announceKnown(session, inputs, announced, reporter);
    return [];
  } catch (error) {
    if (!(error instanceof VpsorgError)) throw error;
    return [
      { property: error.code === "AUTH_FAILED" ? "" : "snapshotId", reason: asSentence(error.message) },
    ];
  }
}

async function announceUnknown(
  session: Session,
  serverId: string,
  announced: Announced,
  reporter: Reporter,
): Promise<void> {
  const server = await session.client.getServer(serverId);
  if (server === undefined) {
    throw new VpsorgError(
      "NOT_FOUND",
      `there is no server ${serverId} in this account. Nothing was restored.`,
    );
  }
  const { id, name } = server;
  session.restores.plan(announced.component, {
    resource: announced.resource,
    serverId: id,
    serverName: name,
    snapshotId: undefined,
  });
  reporter.warn(
    `all data on ${serverLabel(id, name)} may be overwritten with a snapshot whose id is not known yet: everything ` +
      "written since it was taken is lost, and the server is stopped.",
  );
}

async function announceKnown(
  session: Session,
  inputs: Raw,
  announced: Announced,
  reporter: Reporter,
): Promise<void> {
  const read = await readPlan(session, {
    snapshotId: String(inputs["snapshotId"]),
    serverId: String(inputs["serverId"]),
  });
  const { snapshot, server } = read;
  session.restores.plan(announced.component, {
    resource: announced.resource,
    serverId: server.id,
    serverName: server.name,
    snapshotId: snapshot.id,
  });
  const old = age(snapshot.createdAt, session.clock.now());
  reporter.warn(
    `all data on ${serverLabel(server.id, server.name)} will be overwritten with snapshot ${snapshot.id} "${snapshot.name}": ` +
      `everything written since ${moment(snapshot.createdAt)} (${old}) is lost, and the server is stopped.`,
  );
  const obstacle = obstacleTo(session, read);
  if (obstacle !== undefined) reporter.warn(`\`up\` would be refused now: ${asSentence(obstacle)}`);
}
