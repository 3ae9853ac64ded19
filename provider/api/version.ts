import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Name and version as the API sees them. */
export function userAgent(): string {
  return `pulumi-vpsorg/${packageVersion()} (node/${process.versions.node})`;
}

let installed: string | undefined;

/** The version of the installed package, from its own manifest so that there is one place to bump. */
export function packageVersion(): string {
  installed ??= readVersion();
  return installed;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));
  const version = manifest instanceof Object && "version" in manifest ? manifest.version : undefined;
  return typeof version === "string" ? version : "0.0.0";
}
