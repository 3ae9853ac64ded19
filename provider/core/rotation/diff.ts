import { isDeepStrictEqual } from "node:util";
import { VpsorgError } from "../../api/errors";
import { serverLabel } from "../messages/labels";
import { explainFailure } from "../messages/explain";
import type { Reporter } from "../messages/reporter";
import { startOperation } from "../operation";
import type { Operation } from "../operation";
import type { Session } from "../session";
import type { CheckFailure } from "../check";
import type { Diff, Foresee } from "../diff";
import { elsewhere, isElsewhere, recordedEndpoint } from "../snapshot/endpoint";
import { existingOn } from "./add";
import { announceAdoption, knownIds, newlyAdopted } from "./adopt";
import { followKept } from "./members";
import {
  announceAddition,
  announceResumption,
  areDeleted,
  FAILED,
  refuseToDrop,
  refuseUnprovable,
  rotationLabel,
  unclaimed,
} from "./plan";
import { Ring } from "./ring";
import type { Member, RotationOutputs } from "./state";

type Raw = Readonly<Record<string, unknown>>;

/** What an `up` finds of a rotation, and where it is. */
export interface Surroundings {
  readonly session: () => Promise<Session>;
  readonly reporter: Reporter;
  readonly endpoint: string;
  readonly isUnknown: (value: unknown) => boolean;
  /** A program runs: a refresh compares as well, and nothing follows from it. */
  readonly hasProgram: boolean;
  readonly foresee: Foresee;
  /** The resource, where the engine has told. */
  readonly urn: string | undefined;
}

/**
 * What a ring and the program differ in. It asks the API only where a snapshot is to be added, dropped or adopted: an
 * unchanged `up` makes no request. Whatever goes is named here, so that the preview shows it.
 */
export async function diffRotation(
  recorded: RotationOutputs,
  news: Raw,
  around: Surroundings,
): Promise<Diff> {
  const { reporter, endpoint, isUnknown } = around;
  const moved = isElsewhere(endpoint, recorded);
  const ring = Ring.recorded(recorded);
  if (news["serverId"] !== recorded.serverId) {
    if (moved) throw elsewhere(endpoint, rotationLabel(recorded), recorded, "is to be replaced");
    announceReplacement(reporter, ring, news);
    return { changes: true, replaces: ["serverId"], deleteBeforeReplace: false };
  }
  refuseUnprovable(endpoint, ring, recorded);
  if (moved) {
    reporter.info(
      `${rotationLabel(recorded)} was recorded at ${recordedEndpoint(recorded)}, and the endpoint is ${endpoint} now: its ` +
        "snapshots are looked up there, and that endpoint is recorded where they are the same.",
    );
  }
  const owed = ring.owes(news["triggers"]);
  const adopts = newlyAdopted(ring, knownIds(news["adopt"], isUnknown), recorded.adopt);
  const keep = typeof news["keep"] === "number" ? news["keep"] : recorded.keep;
  const drops = ring.snapshots.length > keep || droppedAsFailed(ring, news).length > 0;
  if (around.hasProgram && (owed || adopts.length > 0 || drops || ring.isUnseen())) {
    await around.foresee(async () => {
      const operation = startOperation(await around.session(), reporter);
      await announce(operation, ring, { recorded, news, keep, owed, adopts, urn: around.urn });
    }, undefined);
  }
  const unended =
    ring.pending !== undefined || recorded.__intent !== undefined || ring.unfinished().length > 0;
  const changes = owed || moved || unended || drops || adopts.length > 0 || isSet(recorded, news);
  return { changes, replaces: [], deleteBeforeReplace: false };
}

interface Change {
  readonly recorded: RotationOutputs;
  readonly news: Raw;
  readonly keep: number;
  readonly owed: boolean;
  readonly adopts: readonly string[];
  readonly urn: string | undefined;
}

async function announce(
  operation: Operation,
  ring: Ring,
  { recorded, news, keep, owed, adopts, urn }: Change,
): Promise<void> {
  const isProtected = news["__protects"] === true;
  for (const id of adopts) operation.ownership.claims(id, String(news["namePrefix"]));
  const { records, failures } = await announceAdoption(operation, ring.serverId, adopts);
  for (const { reason } of failures) throw new VpsorgError("INVALID_ARGUMENT", reason);
  for (const record of records) ring.join(record);
  const wants = owed ? "is to have another snapshot" : "has an addition whose answer was lost";
  const existing =
    owed || ring.isUnseen()
      ? await explainFailure(
          operation,
          existingOn(operation, ring),
          (why) =>
            `${rotationLabel(recorded)} ${wants}, but what its server holds cannot be seen: ${why} Nothing was changed.`,
        )
      : [];
  for (const stray of unclaimed(operation, ring, existing)) ring.takeIn(stray);
  if (ring.surplus(owed ? keep - 1 : keep).length > 0)
    await followKept(
      operation,
      ring,
      "does not count",
      (member, why) => `${member} could not be looked up: ${why} Nothing was changed.`,
    );
  if (!owed) {
    const failed = droppedAsFailed(ring, news);
    const going = ring.surplus(keep).filter((member) => !failed.includes(member));
    if (failed.length > 0) operation.reporter.warn(`${areDeleted(operation, ring, failed)}: ${FAILED}.`);
    refuseToDrop(operation, ring, going, isProtected, `its rotation keeps ${keep}`);
    if (going.length > 0) operation.reporter.warn(`${areDeleted(operation, ring, going)}: keep is ${keep}.`);
    return;
  }
  const begun = ring.begun(news["triggers"], operation.clock.now());
  if (begun !== undefined) announceResumption(operation, ring, keep, begun, isProtected);
  // Members above the recorded `keep` are overdue; what a smaller one drops goes when the addition is completed.
  const kept = Math.max(recorded.keep, keep);
  const takesSlot =
    begun === undefined && announceAddition(operation, ring, { keep, kept, existing, isProtected });
  reserveSlot(operation, ring, urn, takesSlot);
}

/** The same for a ring that is new and takes in what exists: it can hold more than it keeps at once. */
export async function announceFirst(
  operation: Operation,
  ring: Ring,
  ids: readonly string[],
  inputs: Raw,
  urn: string | undefined,
): Promise<readonly CheckFailure[]> {
  const { records, failures } = await announceAdoption(operation, ring.serverId, ids);
  const { keep } = inputs;
  if (failures.length > 0 || typeof keep !== "number") return failures;
  for (const record of records) ring.join(record);
  const existing = await existingOn(operation, ring);
  const isProtected = inputs["__protects"] === true;
  // None is overdue: what is more than it keeps goes when the addition is completed.
  const addition = { keep, kept: ring.snapshots.length, existing, isProtected };
  reserveSlot(operation, ring, urn, announceAddition(operation, ring, addition));
  return [];
}

/** A ring whose oldest one goes first takes the slot of that one. */
function reserveSlot(
  { slots }: Operation,
  { serverId, claim }: Ring,
  urn: string | undefined,
  takesSlot: boolean,
): void {
  slots.reserve(claim, { urn, serverId, prefix: claim, name: undefined, takesSlot, before: undefined });
}

/** The option `protect` also keeps what failed. */
function droppedAsFailed(ring: Ring, news: Raw): readonly Member[] {
  return news["__protects"] === true ? [] : ring.failed();
}

function announceReplacement(reporter: Reporter, ring: Ring, news: Raw): void {
  const { length } = ring.snapshots;
  if (length === 0) return;
  const isOne = length === 1;
  const these = isOne ? "the one restore point" : `all ${length} restore points`;
  const old = `${these} of ${serverLabel(ring.serverId, ring.serverName)} of this rotation`;
  const keeps = news["__keeps"];
  const what =
    typeof keeps === "string"
      ? `${isOne ? "stays" : "stay"} on the server (${keeps})`
      : `${isOne ? "is" : "are"} deleted when the first snapshot of the other server is completed: ` +
        ring.snapshots.map(({ id, createdAt }) => `${id} of ${createdAt}`).join(", ");
  reporter.warn(`serverId changes: the rotation begins anew, and ${old} ${what}.`);
}

/** Arguments that only this package looks at. */
function isSet(recorded: RotationOutputs, news: Raw): boolean {
  const differs = (key: keyof RotationOutputs, empty?: unknown): boolean =>
    !isDeepStrictEqual(news[key] ?? empty, recorded[key] ?? empty);
  return (
    differs("keep") ||
    differs("namePrefix") ||
    differs("description", "") ||
    differs("adopt", []) ||
    differs("__timeouts", {})
  );
}
