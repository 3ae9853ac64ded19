import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface PulumiCommand {
  command: string;
  /** What comes before the arguments of the command line. */
  args: string[];
  kind: "pulumi" | "offline";
}

const isExecutable = (path: string) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = () =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((dir) => dir !== "")
    .map((dir) => join(dir, process.platform === "win32" ? "pulumi.exe" : "pulumi"))
    .find(isExecutable);

/** `$PULUMI_BIN`, else the `pulumi` on the PATH, else the offline engine, which must have been built. */
export function pulumiCommand(root = process.cwd()): PulumiCommand {
  const found = process.env["PULUMI_BIN"] ?? onPath();
  return found ? { command: found, args: [], kind: "pulumi" } : offlineCommand(root);
}

export function offlineCommand(root = process.cwd()): PulumiCommand {
  const engine = join(root, ".build", "test", "tools", "engine", "main.js");
  return { command: process.execPath, args: [engine], kind: "offline" };
}
