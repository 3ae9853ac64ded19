import { VpsorgError } from "../../api/errors";
import { checkSnapshot } from "../../core/snapshot/arguments";
import { createSnapshot } from "../../core/snapshot/create";
import { readInputs } from "../../core/snapshot/state";
import { commandLine } from "../../core/messages/advice";
import { snapshotLabel } from "../../core/messages/labels";
import type { CommonOptions, Context } from "../context";
import { orInterrupted } from "../interrupt";
import { timeoutOption } from "../timeout";
import { startOperation } from "../../core/operation";

export interface CreateOptions extends CommonOptions {
  readonly server: string;
  readonly name: string;
  readonly description?: string;
  readonly wait: boolean;
  readonly timeout: string;
}

export async function create({ terminal, session }: Context, options: CreateOptions): Promise<void> {
  const { server, name, description, wait, timeout } = options;
  timeoutOption(timeout);
  const given = {
    serverId: server,
    name,
    description,
    waitForCompletion: wait,
    __timeouts: { create: timeout },
  };
  const { inputs, failures } = checkSnapshot({}, given, { isUnknown: () => false, random: () => 0 });
  if (failures.length > 0) {
    const problems = failures.map(({ property, reason }) => `${session.advice.argument(property)} ${reason}`);
    throw new VpsorgError("INVALID_ARGUMENT", problems.join("; "));
  }
  const goesOn = (): string => {
    const made = session.lists.writes.firstCreated();
    const look = `${commandLine(`list --server ${server}`)} shows it`;
    return made === undefined
      ? `Interrupted. Snapshot "${name}" may or may not have been started; ${look} if it was.`
      : `Stopped watching. ${snapshotLabel(made)} continues on the server; ${look}.`;
  };
  const { id, outputs } = await orInterrupted(terminal, goesOn, () =>
    createSnapshot(startOperation(session, terminal.reporter()), readInputs(inputs)),
  );
  const { waitForCompletion: _wait, __timeouts: _timeouts, __endpoint: _endpoint, ...shown } = outputs;
  if (options.json === true) terminal.result(JSON.stringify({ id, ...shown }, null, 2));
  else terminal.result(`${snapshotLabel({ id, ...outputs })} is ${outputs.status}.`);
}
