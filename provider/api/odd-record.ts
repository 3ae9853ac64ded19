import { ResponseShapeError } from "./errors";
import type { OddSnapshot, ServerRecord } from "./records";

/** The error of whoever needs what cannot be read of an entry of the list of snapshots. */
export function oddError({ id, problem }: Pick<OddSnapshot, "id" | "problem">): ResponseShapeError {
  return new ResponseShapeError({ method: "GET", path: "/snapshots/" }, `snapshot ${id}: ${problem}`);
}

/** Refuses a server of a list whose status cannot be read: that decides whether anything is deleted or restored. */
export function refuseOddServer(server: ServerRecord | undefined): void {
  if (server?.status !== "") return;
  throw new ResponseShapeError(
    { method: "GET", path: "/servers/" },
    `server ${server.id}: its status cannot be read`,
  );
}
