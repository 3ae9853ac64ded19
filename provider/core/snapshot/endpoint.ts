import { asName, VpsorgError } from "../../api";
import { DEFAULT_ENDPOINT, sameEndpoint } from "../../api/endpoint";
import { resetEndpoint } from "../messages/advice";
import { explainFailure } from "../messages/explain";
import { sameForm } from "../../api/ids";
import type { Session } from "../session";
import { snapshotLabel } from "../messages/labels";
import { findSettled } from "../account/absence";
import type { SnapshotOutputs } from "./state";

/** Whatever state records with the endpoint that it belongs to. */
export type Marked = Pick<SnapshotOutputs, "__endpoint">;

/**
 * Where a snapshot was made. An id means something in its own account only: at another endpoint it is missing, and a
 * delete would drop it from the state while it goes on existing; or it is somebody else's.
 */
export function endpointMark(endpoint: string): Marked {
  return sameEndpoint(endpoint, DEFAULT_ENDPOINT) ? {} : { __endpoint: endpoint };
}

export function isElsewhere(endpoint: string, recorded: Marked): boolean {
  return !sameEndpoint(endpoint, recordedEndpoint(recorded));
}

export function recordedEndpoint(recorded: Marked): string {
  return recorded.__endpoint ?? DEFAULT_ENDPOINT;
}

/** For the preview of an update that finds the snapshot at another endpoint. */
export function movedNotice(endpoint: string, id: string, recorded: SnapshotOutputs): string {
  return (
    `${snapshotLabel({ ...recorded, id })} was recorded at ${recordedEndpoint(recorded)}, and the endpoint is ${endpoint} ` +
    "now: it is looked up there, and that endpoint is recorded where it is the same snapshot."
  );
}

/** The error of whoever would act on it at another endpoint; `what` is a label. */
export function elsewhere(endpoint: string, what: string, recorded: Marked, wanted: string): VpsorgError {
  const more =
    " Where both are the same account, a `pulumi up` that neither replaces nor removes it records the new endpoint.";
  return refusal(endpoint, what, recorded, wanted, more);
}

/** The same of what nothing can be found by: another endpoint would answer that it is not there. */
export function unprovable(endpoint: string, what: string, recorded: Marked): VpsorgError {
  return refusal(endpoint, what, recorded, "may have a snapshot that no list has shown yet", "");
}

function refusal(
  endpoint: string,
  what: string,
  recorded: Marked,
  wanted: string,
  more: string,
): VpsorgError {
  const old = recordedEndpoint(recorded);
  return new VpsorgError(
    "CONFIGURATION",
    `${what} ${wanted}: it was recorded at ${old}, and the endpoint is ${endpoint} now. ` +
      `Nothing was changed. ${resetEndpoint(old)}; \`pulumi refresh\` and \`pulumi ` +
      "destroy` use the configuration that the last run of the program stored, unless they are run with --run-program. If the " +
      "snapshot is not wanted in this stack any more, take it out of the state with `pulumi state delete URN` " +
      `(\`pulumi stack --show-urns\` lists them).${more}`,
  );
}

/** Passes only where the very snapshot is found at today's endpoint. */
export async function confirmMoved(session: Session, id: string, recorded: SnapshotOutputs): Promise<void> {
  const { endpoint } = session;
  const what = snapshotLabel({ ...recorded, id });
  const found = await explainFailure(
    session,
    findSettled(session, id, recorded),
    (why) =>
      refusal(endpoint, what, recorded, "could not be looked up", "").message + ` The look-up failed: ${why}`,
  );
  if (found === undefined) throw refusal(endpoint, what, recorded, "is not there", "");
  const sameServer = sameForm(found.serverId, recorded.serverId)
    ? found.serverId === recorded.serverId
    : found.serverName === recorded.serverName;
  const sameAge = Date.parse(found.createdAt) === Date.parse(recorded.createdAt);
  if (sameServer && sameAge && found.name === asName(recorded.name)) return;
  const other = `${snapshotLabel(found)}, made at ${found.createdAt}`;
  throw refusal(endpoint, what, recorded, `is another one there (${other})`, "");
}
