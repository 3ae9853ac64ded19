import { asName, printable, VpsorgError } from "../../api";
import type { SnapshotRecord } from "../../api";
import { toId } from "../../api/ids";
import { findById } from "../account/absence";
import type { Session } from "../session";
import { snapshotProgress } from "../status";
import { commandLine } from "../messages/advice";
import { serverLabel, snapshotLabel } from "../messages/labels";
import type { Checked, CheckFailure } from "../check";
import { sameText } from "./diff";
import { newClaim } from "./ownership";
import { omitUndefined } from "./state";
import type { SnapshotInputs } from "./state";
import type { Operation } from "../operation";

/**
 * Adopting a snapshot that exists: Pulumi's own `import` cannot reach a dynamic resource, so the id comes in as
 * an input. Everything is verified at preview; nothing is created, and nothing that differs is ever replaced.
 */
export async function checkAdoption(
  operation: Operation,
  checked: Checked,
  isUnknown: (value: unknown) => boolean,
): Promise<Checked> {
  const { inputs } = checked;
  const id = String(inputs["__import"]);
  const serverId = inputs["serverId"];
  const record = await findForAdoption(operation, id, isUnknown(serverId) ? undefined : toId(serverId));
  const failures = [...refusals(record), ...differences(record, inputs, isUnknown)];
  if (failures.length > 0) return { inputs, failures: [...checked.failures, ...failures] };
  operation.reporter.info(
    `adopts existing snapshot ${id} ("${record.name}", ${serverLabel(record.serverId, record.serverName)}, ` +
      `${record.createdAt}): nothing is created.`,
  );
  const claim = newClaim(() => operation.clock.random());
  return { inputs: { ...fromReal(inputs, record), __claim: claim }, failures: checked.failures };
}

/** The snapshot that `create` takes over, looked at once more. */
export async function adopt(session: Session, inputs: SnapshotInputs, id: string): Promise<SnapshotRecord> {
  const record = await findForAdoption(session, id, inputs.serverId);
  const [failure] = [...refusals(record), ...differences(record, { ...inputs }, () => false)];
  if (failure !== undefined) throw new VpsorgError("INVALID_ARGUMENT", failure.reason);
  session.ownership.note(id);
  return record;
}

async function findForAdoption(
  session: Session,
  id: string,
  serverId: string | undefined,
): Promise<SnapshotRecord> {
  const record = await findById(session, id, serverId);
  if (record !== undefined) return record;
  throw new VpsorgError(
    "NOT_FOUND",
    `there is no snapshot ${id} to import. Nothing was changed. ${commandLine("list")} shows the snapshots of the ` +
      "account; remove the resource option import to have a new one made.",
  );
}

function refusals(record: SnapshotRecord): CheckFailure[] {
  if (snapshotProgress(record.status) !== "failed") return [];
  const reason = `${snapshotLabel(record)} cannot be imported: it ended as "${record.status}" and cannot be restored`;
  return [{ property: "", reason }];
}

function differences(
  record: SnapshotRecord,
  inputs: Readonly<Record<string, unknown>>,
  isUnknown: (value: unknown) => boolean,
): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const compare = (property: "serverId" | "name" | "description", real: string): void => {
    const given = inputs[property];
    // Whatever the program left out comes from the real one, and an automatic name was left out.
    if (given === undefined || isUnknown(given)) return;
    if (sameText(given, real, property === "name" ? asName : printable)) return;
    if (property === "name" && inputs["__autoName"] !== undefined) return;
    const remedy =
      property === "serverId" ? `Set it to "${real}"` : `Set it to ${JSON.stringify(real)} or leave it out`;
    const reason = `snapshot ${record.id} would be replaced if imported: its ${property} is ${JSON.stringify(real)}. ${remedy}`;
    failures.push({ property, reason });
  };
  compare("serverId", record.serverId);
  compare("name", record.name);
  compare("description", record.description ?? "");
  return failures;
}

function fromReal(
  inputs: Readonly<Record<string, unknown>>,
  record: SnapshotRecord,
): Record<string, unknown> {
  const { __autoName: automatic, ...rest } = inputs;
  return omitUndefined({
    ...rest,
    name: automatic === undefined ? rest["name"] : record.name,
    description: rest["description"] ?? record.description,
    __autoName: automatic,
  });
}
