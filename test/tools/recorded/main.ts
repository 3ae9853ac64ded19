/**
 * Records what a real Pulumi command line asks of the dynamic provider host: `npm run record [-- NAME…]`. It is a
 * developer's tool, for when a scenario is added or changed, or what is expected of the host has changed; the
 * recordings are committed, and the tests replay them without the command line.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "@pulumi/pulumi/version";
import { format } from "prettier";
import { pulumiCommand } from "../engine/choose";
import { ROOT } from "../support/project";
import { record } from "./record-scenario";
import { recordingFile } from "./recording";
import { SCENARIOS } from "./scenarios";

const PRINTED = { parser: "json", printWidth: 110 } as const;

async function main(names: readonly string[]): Promise<number> {
  const command = pulumiCommand(ROOT);
  if (command.kind !== "pulumi") {
    console.error(
      "error: a recording is made by the real Pulumi command line, and there is none. Put `pulumi` on the PATH or " +
        "its path into PULUMI_BIN. The tests need none: they replay the recordings that are there.",
    );
    return 2;
  }
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ name }) => name).join(", ");
    console.error(`error: there is no scenario ${unknown.join(", ")}; there are ${known}`);
    return 2;
  }
  const versions = {
    cli: execFileSync(command.command, ["version"], { encoding: "utf8" }).trim(),
    sdk: version,
    date: new Date().toISOString().slice(0, 10),
  };
  for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`> ${scenario.name}: ${scenario.about}`);
    const file = recordingFile(scenario.name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await format(JSON.stringify(await record(scenario, versions)), PRINTED));
    console.log(`  ${file.slice(join(ROOT, "/").length)}`);
  }
  return 0;
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
