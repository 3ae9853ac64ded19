import type { Args } from "./args";
import { CliError } from "./cli-error";
import { Workspace } from "./workspace";

export function set(args: Args): void {
  const { config } = new Workspace(args).stack(args);
  const [key = "", value = ""] = args.positionals;
  config.set(key, value, args.is("secret"));
}

export function get(args: Args): void {
  const { config, name } = new Workspace(args).stack(args);
  const [key = ""] = args.positionals;
  const found = config.get(key);
  if (!found) throw new CliError(`configuration key '${key}' not found for stack '${name}'`);
  console.log(args.is("json") ? JSON.stringify(found, undefined, 2) : found.value);
}

export function remove(args: Args): void {
  const { config } = new Workspace(args).stack(args);
  config.remove(args.positionals[0] ?? "");
}
