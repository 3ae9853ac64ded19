import { createSnapshot } from "../../../provider/core/snapshot/create";
import { deleteSnapshot } from "../../../provider/core/snapshot/delete";
import { diffSnapshot } from "../../../provider/core/snapshot/diff";
import type { InitError } from "../../../provider/core/init-error";
import { readOutputs } from "../../../provider/core/snapshot/state";
import { updateSnapshot } from "../../../provider/core/snapshot/update";
import { attempt } from "./outcome";
import type { Outcome } from "./outcome";
import { inputs, NEXT_NAME, ours } from "./stage";
import type { Stage } from "./stage";
import { startOperation } from "../../../provider/core/operation";

/** The next `pulumi up` in a process of its own: what it does depends on nothing but what was recorded. */

/** Nothing was recorded, so it creates; a name that was made here is made anew. */
export async function nextCreates(stage: Stage): Promise<{ warnings: readonly string[] }> {
  const told = stage.retell();
  const before = ours(stage).length;
  const { outputs } = await createSnapshot(startOperation(stage.another(), told), {
    ...inputs,
    name: NEXT_NAME,
  });
  expect(outputs).toMatchObject({ name: NEXT_NAME, status: "completed" });
  expect(ours(stage)).toHaveLength(before + 1);
  return { warnings: told.warnings };
}

/** A partial state was recorded: the engine asks for a diff and then goes on with the wait, or replaces. */
export async function nextResumes(stage: Stage, failure: InitError): Promise<Outcome> {
  const told = stage.retell();
  const session = stage.another();
  const { id } = failure;
  const outputs = readOutputs(failure.outputs);
  const diff = await diffSnapshot(
    () => Promise.resolve(session),
    id,
    { ...outputs },
    { ...inputs },
    () => false,
    told,
    session.endpoint,
  );
  const resume = diff.replaces.length === 0;
  if (!resume) {
    expect(diff).toMatchObject({ replaces: ["status"], deleteBeforeReplace: true });
    await deleteSnapshot(startOperation(session, told), id, outputs);
  }
  const outcome = await attempt(() =>
    resume
      ? updateSnapshot(startOperation(session, told), id, outputs, inputs)
      : createSnapshot(startOperation(session, told), { ...inputs, name: NEXT_NAME }),
  );
  stage.alsoEnded.push(outcome);
  return outcome;
}
