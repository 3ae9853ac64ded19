import type { Session } from "../session";
import { readOutputs, toOutputs } from "./properties";
import type { SnapshotOutputs } from "./properties";

/**
 * The snapshot as it is now; `undefined` only where a whole list of the account lacks it. Every doubt (a list
 * that is not whole, an error, a page that is no answer of the API) is an error, and the state stays as it is.
 */
export async function readSnapshot(
  session: Session,
  id: string,
  recorded: unknown,
): Promise<SnapshotOutputs | undefined> {
  const state = readOutputs(recorded);
  session.owned.add(id);
  const record = await session.lists.find(id, state.serverId === "" ? undefined : state.serverId);
  if (record === undefined) return undefined;
  // `Snapshot.get` knows nothing but the id: then all of it comes from the API.
  const known = state.serverId !== "";
  return toOutputs(known ? state : { ...state, ...record }, record);
}
