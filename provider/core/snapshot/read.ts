import { VpsorgError } from "../../api";
import { explainFailure } from "../messages/explain";
import { commandLine } from "../messages/advice";
import { snapshotLabel } from "../messages/labels";
import { endpointMark } from "./endpoint";
import { findSettled } from "../account/absence";
import { warnIfServerIsMissing } from "./missing-server";
import { readOutputs, toOutputs } from "./state";
import type { SnapshotOutputs } from "./state";
import type { Operation } from "../operation";

/**
 * The snapshot as it is now; `undefined` only where a whole list of the account lacks it. Every doubt (a list
 * that is not whole, an error, a page that is no answer of the API) is an error, and the state stays as it is.
 */
export async function readSnapshot(
  operation: Operation,
  id: string,
  recorded: unknown,
): Promise<SnapshotOutputs | undefined> {
  const state = readOutputs(recorded);
  // `Snapshot.get` knows nothing but the id: then all of it comes from the API, and nobody here owns it.
  const known = state.serverId !== "";
  if (known) operation.ownership.note(id);
  const what = known ? snapshotLabel({ ...state, id }) : `snapshot ${id}`;
  const record = await explainFailure(
    operation,
    findSettled(operation, id, state),
    (why) => `${what} could not be read: ${why} The state stays as it is.`,
  );
  if (record === undefined && !known) throw missing(id);
  if (record === undefined) {
    // Where it shows up all the same, whoever makes another one is to be told.
    operation.ownership.dropped(id);
    const warned = await warnIfServerIsMissing(operation, id, state);
    if (!warned)
      operation.reporter.info(
        `${what} is in no list of this account${state.__unlisted === true ? "" : " any more"}, and is dropped from the state.`,
      );
    return undefined;
  }
  return toOutputs(known ? state : { ...state, ...record, ...endpointMark(operation.endpoint) }, record);
}

/** Who asks for a snapshot by its id alone relies on it: the engine would go on with empty outputs. */
function missing(id: string): Error {
  return new VpsorgError(
    "NOT_FOUND",
    `there is no snapshot ${id} in this account. ${commandLine("list")} shows those that there are.`,
  );
}
