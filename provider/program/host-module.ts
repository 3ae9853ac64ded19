import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { oncePerRun } from "./monitor";

const isFirst = oncePerRun();

/**
 * Warns once a run where the provider's process is not going to find this package. Pulumi starts that process in the
 * folder of the program, and the package resolves from there alone: not where a library brings it, nor where only the
 * library's own `node_modules` hold it, as pnpm's layout does.
 */
export function warnIfUnresolvable(): void {
  if (!isFirst() || !isStartedByPulumi()) return;
  const folder = process.cwd();
  if (resolves(folder)) return;
  void pulumi.log.warn(
    `pulumi-vpsorg cannot be found from ${folder}, where Pulumi starts its provider: each operation on its resources fails ` +
      "with \"Cannot find module 'pulumi-vpsorg/host'\". Make it a dependency of the project itself, with " +
      "`npm install pulumi-vpsorg` (or pnpm add, yarn add) in that folder.",
  );
}

/**
 * Only then is the working directory that of the provider, with `main:` of Pulumi.yaml as well. An inline program of the
 * Automation API runs anywhere.
 */
function isStartedByPulumi(): boolean {
  return /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]/.test(require.main?.filename ?? "");
}

function resolves(folder: string): boolean {
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-vpsorg/host");
    return true;
  } catch {
    return false;
  }
}
