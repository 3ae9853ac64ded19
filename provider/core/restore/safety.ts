import { isVpsorgError, withMessage } from "../../api";
import { commandLine } from "../messages/advice";
import { createSnapshot } from "../snapshot/create";
import type { Created } from "../snapshot/create";
import { safetyName } from "../snapshot/name";
import { InitError } from "../init-error";
import { asSentence } from "../messages/labels";
import type { Operation } from "../operation";

/** A snapshot of the state before a restore. */
export interface SafetySnapshot {
  readonly id: string;
  readonly name: string;
}

/** What a safety snapshot is to be taken of, and before the restore of what. */
export interface SafetyTarget {
  readonly serverId: string;
  readonly snapshotId: string;
  /** How long it may take, as in `customTimeouts`. */
  readonly create?: string | undefined;
}

/** Takes and completes a snapshot of the present state. It is kept: it is the way back from the restore. */
export async function takeSafetySnapshot(
  operation: Operation,
  { serverId, snapshotId, create }: SafetyTarget,
): Promise<Created> {
  const name = safetyName(snapshotId, operation.clock.now());
  const inputs = {
    serverId,
    name,
    description: `The state before snapshot ${snapshotId} was restored`,
    waitForCompletion: true,
    ...(create === undefined ? {} : { __timeouts: { create } }),
  };
  try {
    const created = await createSnapshot(operation, inputs);
    operation.reporter.info(
      `safety snapshot ${created.id} "${name}" holds the present state of the server; it is kept.`,
    );
    return created;
  } catch (error) {
    if (!isVpsorgError(error)) throw error;
    const apart = error.message.includes("\n") ? "\n" : " ";
    const message = `${asSentence(error.message)}${apart}Nothing was restored.`;
    if (error instanceof InitError) throw new InitError(error.id, error.outputs, error.code, message);
    throw withMessage(error, message);
  }
}

/** How to get back to the state before, for a restore that did not end well. */
export function rollbackHint(safety: Partial<SafetySnapshot> | undefined): string {
  if (safety?.id === undefined) return "";
  const name = safety.name === undefined ? "" : ` "${safety.name}"`;
  return ` Safety snapshot ${safety.id}${name} holds the state before: ${commandLine(`restore ${safety.id}`)} brings it back.`;
}
