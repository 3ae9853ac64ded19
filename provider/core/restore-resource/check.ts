import { VpsorgError } from "../../api/errors";
import { age, sentence } from "../wording";
import { ID_FORM, toId } from "../ids";
import type { Reporter } from "../report";
import { isRestoring, lookAt } from "../restore/plan";
import type { Session } from "../session";
import { checkTimeouts, shown } from "../snapshot/check";
import type { CheckContext, Checked, CheckFailure } from "../snapshot/check";
import { defined } from "../snapshot/properties";

type Raw = Readonly<Record<string, unknown>>;

const ARGUMENTS = ["snapshotId", "serverId", "triggers", "safetySnapshot"];
const INTERNAL = ["__provider", "__timeouts", "__urn"];

/** Checks the arguments of a `SnapshotRestore`; unknown values pass. */
export function checkRestore(news: Raw, { isUnknown }: Pick<CheckContext, "isUnknown">): Checked {
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string): void => void failures.push({ property, reason });
  const given = (key: string): unknown => (news[key] === null ? undefined : news[key]);
  for (const key of Object.keys(news)) {
    if (ARGUMENTS.includes(key) || INTERNAL.includes(key)) continue;
    fail(key, `is not an argument of SnapshotRestore; remove it. The arguments are ${ARGUMENTS.join(", ")}`);
  }
  const id = (key: "snapshotId" | "serverId", what: string): unknown => {
    const value = given(key);
    if (isUnknown(value) || (value === undefined && key === "serverId")) return value;
    const text = toId(value);
    if (text !== undefined) return text;
    const wrong = value === undefined ? "is missing: give" : "must be";
    fail(
      key,
      `${wrong} the id of ${what}, ${ID_FORM}${value === undefined ? "" : `; it is ${shown(value)}`}`,
    );
    return value;
  };
  const typed = (key: string, wanted: string, fits: (value: unknown) => boolean): unknown => {
    const value = given(key);
    if (value !== undefined && !isUnknown(value) && !fits(value))
      fail(key, `must be ${wanted}; it is ${shown(value)}`);
    return value;
  };
  const inputs = {
    snapshotId: id("snapshotId", "a snapshot"),
    serverId: id("serverId", "a server"),
    triggers: typed("triggers", "a list of values, for example [incident]", Array.isArray),
    safetySnapshot: typed("safetySnapshot", "true or false", (value) => typeof value === "boolean") ?? false,
    __timeouts: checkTimeouts(given("__timeouts"), fail),
  };
  return { inputs: defined(inputs), failures };
}

/** Says, before anything is touched, what a restore is going to overwrite; what cannot be restored is a failure. */
export async function announceRestore(
  session: Session,
  inputs: Raw,
  isUnknown: (value: unknown) => boolean,
  reporter: Reporter,
): Promise<CheckFailure[]> {
  const { snapshotId } = inputs;
  const serverId =
    typeof inputs["serverId"] === "string" && !isUnknown(inputs["serverId"]) ? inputs["serverId"] : undefined;
  if (isUnknown(snapshotId)) {
    const server = serverId === undefined ? undefined : await session.client.getServer(serverId);
    const where = server === undefined ? "the snapshot's server" : `server ${server.name} (${server.id})`;
    reporter.warn(
      `restores a snapshot that is yet to be made: all data on ${where} will be overwritten with it.`,
    );
    return [];
  }
  try {
    const plan = await lookAt(session, { snapshotId: String(snapshotId), serverId });
    const { snapshot, server } = plan;
    const label = `server ${server.name} (${server.id})`;
    reporter.warn(
      isRestoring(plan)
        ? `${label} is being restored already: that restore is waited for, and no second one is started.`
        : `all data on ${label} will be overwritten with snapshot ${snapshot.id} "${snapshot.name}": everything written ` +
            `since ${snapshot.createdAt} (${age(snapshot.createdAt, session.clock.now())}) is lost, and the server is stopped.`,
    );
    return [];
  } catch (error) {
    if (!(error instanceof VpsorgError)) throw error;
    return [{ property: error.code === "AUTH_FAILED" ? "" : "snapshotId", reason: sentence(error.message) }];
  }
}
