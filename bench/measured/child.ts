import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { environment, ROOT } from "../../test/tools/support/host/provider-host";

/** Runs a script in a Node of its own, from the checkout, and gives the JSON that it prints. */
export async function child<T>(script: string, ...args: readonly string[]): Promise<T> {
  const options = { cwd: ROOT, env: environment(), timeout: 120_000 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "-e", script, ...args],
    options,
  );
  return JSON.parse(stdout) as T;
}

/** The middle one of several values: the machine does other things too. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export const MEGABYTE = 1024 * 1024;
