import { writeFileSync } from "node:fs";
import { stackType } from "../deploy/urn";
import { isSecret, type Value } from "../deploy/values";
import { loadSnapshot, plaintextSeal, saveSnapshot } from "../state/deployment-file";
import { lock } from "../state/lock";
import type { Args } from "./args";
import { CliError } from "./cli-error";
import { Workspace, type Stack } from "./workspace";

const stackName = (args: Args) => args.positionals[0] ?? args.text("stack");

export function init(args: Args): void {
  const workspace = new Workspace(args);
  const name = stackName(args);
  if (name === undefined) throw new CliError("missing stack name");
  const provider = args.text("secrets-provider") ?? "passphrase";
  if (!["passphrase", "default"].includes(provider))
    throw new CliError(`the offline engine knows no secrets provider but 'passphrase', not '${provider}'`);
  const config = workspace.config(name);
  const { salt } = naming("could not create secrets manager for new stack", () => config.crypter());
  workspace.backend.create(name, saveSnapshot({ resources: [], pending: [] }, salt, plaintextSeal));
  console.log(`Created stack '${name}'`);
}

function naming<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CliError ? new CliError(`${what}: ${error.message}`) : error;
  }
}

export function select(args: Args): void {
  const { backend } = new Workspace(args);
  const name = stackName(args);
  if (name === undefined) throw new CliError("missing stack name");
  if (args.is("create") && !backend.stacks().includes(name)) {
    init(args);
    return;
  }
  backend.select(name);
}

export function list(args: Args): void {
  const { backend } = new Workspace(args);
  const selected = backend.selected();
  const rows = backend.stacks().map((name) => {
    const count = backend.read(name).deployment.resources?.length ?? 0;
    return { name, current: name === selected, resourceCount: count };
  });
  if (args.is("json")) {
    console.log(JSON.stringify(rows, undefined, 2));
    return;
  }
  const lines = [
    ["NAME", "RESOURCE COUNT"],
    ...rows.map((row) => [`${row.name}${row.current ? "*" : ""}`, `${row.resourceCount}`]),
  ];
  const width = Math.max(...lines.map(([name = ""]) => name.length));
  for (const [name = "", count = ""] of lines) console.log(`${name.padEnd(width)}  ${count}`);
}

export function remove(args: Args): void {
  const { backend } = new Workspace(args);
  const name = backend.current(stackName(args));
  if (!args.is("yes"))
    throw new CliError("--yes must be passed in to proceed when running in non-interactive mode", 2);
  const { resources = [] } = backend.read(name).deployment;
  if (resources.length > 0 && !args.is("force"))
    throw new CliError(
      `'${name}' still has resources; removal rejected. Possible actions:\n- Make sure that '${name}' is the stack that you want to destroy\n- Run \`pulumi destroy\` to delete the resources, then run \`pulumi stack rm\`\n- Run \`pulumi stack rm --force\` to override this error`,
    );
  backend.remove(name);
  console.log(`Stack '${name}' has been removed!`);
}

/** A lock of a process that lives is not broken; that process is to be interrupted instead. */
export function cancel(args: Args): void {
  const { backend } = new Workspace(args);
  const name = backend.current(stackName(args));
  lock(backend.lockPath(name), (text) => console.error(text))();
  console.log(`The currently running update for '${name}' has been canceled!`);
}

export function exportState(args: Args): void {
  const { saved, config } = new Workspace(args).stack(args);
  const crypter = () => config.crypter();
  const shown = args.is("show-secrets")
    ? saveSnapshot(loadSnapshot(saved, crypter), crypter().salt, plaintextSeal)
    : saved;
  const text = JSON.stringify(shown, undefined, 4);
  const file = args.text("file");
  if (file === undefined) console.log(text);
  else writeFileSync(file, `${text}\n`);
}

export function output(args: Args): void {
  const stack = new Workspace(args).stack(args);
  const outputs = outputsOf(stack, args.is("show-secrets"));
  const [name] = args.positionals;
  if (name !== undefined) {
    one(outputs, name, args.is("json"));
    return;
  }
  if (args.is("json")) {
    console.log(JSON.stringify(outputs, undefined, 2));
    return;
  }
  const entries = Object.entries(outputs);
  console.log(`Current stack outputs (${entries.length}):`);
  if (entries.length === 0) {
    console.log("    No output values currently in this stack");
    return;
  }
  const width = Math.max("OUTPUT".length, ...entries.map(([key]) => key.length));
  console.log(`    ${"OUTPUT".padEnd(width)}  VALUE`);
  for (const [key, value] of entries) console.log(`    ${key.padEnd(width)}  ${inline(value)}`);
}

function one(outputs: Record<string, Value>, name: string, json: boolean): void {
  const value = outputs[name];
  if (value === undefined) throw new CliError(`current stack does not have output property '${name}'`);
  console.log(json ? JSON.stringify(value, undefined, 2) : inline(value));
}

const inline = (value: Value) => (typeof value === "string" ? value : JSON.stringify(value));

function outputsOf({ saved, config }: Stack, showSecrets: boolean): Record<string, Value> {
  const root = saved.deployment.resources?.filter(({ type }) => type === stackType) ?? [];
  const deployment = {
    ...saved,
    deployment: { ...saved.deployment, resources: root, pending_operations: [] },
  };
  if (root.length === 0) return {};
  const outputs = loadSnapshot(deployment, () => config.crypter()).resources[0]?.outputs ?? {};
  const show = (value: Value): Value => {
    if (isSecret(value)) return showSecrets ? show(value.value) : "[secret]";
    if (Array.isArray(value)) return value.map(show);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, show(part)]));
  };
  return Object.fromEntries(
    Object.entries(outputs)
      .sort()
      .map(([key, value]) => [key, show(value)]),
  );
}
