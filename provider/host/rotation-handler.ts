import { createRotation, updateRotation } from "../core/rotation/advance";
import { knownIds } from "../core/rotation/adopt";
import { checkRotation } from "../core/rotation/arguments";
import { deleteRotation } from "../core/rotation/delete";
import { announceFirst, diffRotation } from "../core/rotation/diff";
import { rotationLabel } from "../core/rotation/plan";
import { readRotation } from "../core/rotation/read";
import { Ring } from "../core/rotation/ring";
import { readRotationInputs, readRotationOutputs } from "../core/rotation/state";
import { VpsorgError } from "../api/errors";
import type { Checked } from "../core/check";
import type { Diff } from "../core/diff";
import { isNew, isUnknown } from "./boundary";
import type { Properties } from "./boundary";
import type { ProviderRuntime } from "./runtime";
import type { ReadResult } from "./snapshot-handler";

/** The life cycle of a `SnapshotRotation`: one resource that owns several snapshots of a server. */
export function rotationHandler(runtime: ProviderRuntime) {
  return {
    check(olds: Properties, news: Properties): Promise<Checked> {
      const check = async (): Promise<Checked> => {
        runtime.noteProgram(news);
        const { inputs, failures } = checkRotation(olds, news, { isUnknown, random: runtime.random });
        const asked = runtime.demand(news, inputs, inputs["keep"], "keep");
        const all = { inputs, failures: [...failures, ...runtime.problems(), ...asked] };
        const { adopt, serverId } = inputs;
        // What a ring has taken in is in its state; `diff` looks at what comes new.
        if (all.failures.length > 0 || !isNew(olds)) return all;
        const ring = new Ring(String(inputs["__ring"]), String(serverId));
        const wanted = { serverId, name: ring.firstName(String(inputs["namePrefix"])), ring: ring.id };
        const refused = await runtime.expect(news, wanted, {
          key: ring.claim,
          hasOwn: isUnknown(adopt) || (Array.isArray(adopt) && adopt.length > 0),
        });
        const ids = knownIds(adopt, isUnknown);
        for (const id of ids) runtime.ownership.claims(id, String(news["__resource"]));
        if (ids.length === 0 || typeof serverId !== "string" || isUnknown(serverId) || refused.length > 0)
          return { inputs, failures: refused };
        const operation = await runtime.operation(runtime.log.forCheck(news));
        const look = () => announceFirst(operation, ring, ids, inputs, runtime.log.urnIn(news));
        return { inputs, failures: await runtime.preview.foresee(look, []) };
      };
      return runtime.call(news, () => runtime.log.checked(news, check()));
    },

    diff(id: string, olds: Properties, news: Properties): Promise<Diff> {
      return runtime.call(news, async () => {
        const recorded = readRotationOutputs(olds);
        const ring = Ring.recorded(recorded);
        const urn = runtime.log.urnOf(news);
        for (const member of ring.snapshots) runtime.noteHeld(member.id, ring.asSnapshot(member), ring.claim);
        const diff = await diffRotation(recorded, news, {
          session: () => runtime.open(),
          reporter: runtime.log.forUrn(urn, id),
          endpoint: runtime.endpoint(),
          isUnknown,
          hasProgram: runtime.hasProgram,
          foresee: (look, otherwise) => runtime.preview.foresee(look, otherwise),
          urn,
        });
        if (diff.replaces.length === 0)
          for (const member of ring.snapshots) runtime.ownership.keeps(member.id, ring.claim);
        return diff;
      });
    },

    create(inputs: Properties): Promise<{ id: string; outs: object }> {
      return runtime.call(inputs, async () => {
        const operation = await runtime.operation(runtime.log.forInputs(inputs));
        const { id, outputs } = await createRotation(operation, readRotationInputs(inputs));
        return { id, outs: outputs };
      });
    },

    read(id: string, props: Properties): Promise<ReadResult> {
      return runtime.call(props, async () => {
        if (typeof props["__ring"] !== "string") throw notReadable(id);
        const recorded = readRotationOutputs(props);
        runtime.refuseElsewhere(rotationLabel(recorded), recorded, "cannot be read");
        return { id, props: await readRotation(await runtime.operation(runtime.log.forId(id)), recorded) };
      });
    },

    update(id: string, olds: Properties, news: Properties): Promise<{ outs: object }> {
      return runtime.call(news, async () => {
        const operation = await runtime.operation(runtime.log.forInputs(news, id));
        const outs = await updateRotation(operation, readRotationOutputs(olds), readRotationInputs(news));
        return { outs };
      });
    },

    delete(id: string, props: Properties): Promise<void> {
      return runtime.call(props, async () => {
        const recorded = readRotationOutputs(props);
        runtime.refuseElsewhere(rotationLabel(recorded), recorded, "was not deleted");
        await deleteRotation(await runtime.operation(runtime.log.forId(id)), recorded);
      });
    },
  };
}

/** `id` as a resource option, or `get` by hand: the id alone does not say which snapshots belong to it. */
function notReadable(id: string): VpsorgError {
  return new VpsorgError(
    "INVALID_ARGUMENT",
    `a SnapshotRotation cannot be read by its id alone (${id}): it is known to the state that made it. getSnapshots({ ` +
      "serverId, nameRegex }) finds its snapshots by their names.",
  );
}
