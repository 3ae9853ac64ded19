import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pulumiCommand } from "../test/tools/engine/choose";
import type { PulumiCommand } from "../test/tools/engine/choose";
import { measuredRows } from "./measured/rows";
import { plot } from "./plot";
import { PEERS } from "./simulated/peers";
import { simulatedRows } from "./simulated/rows";
import { table } from "./table";

const FOLDER = join(process.cwd(), "bench");

async function main(): Promise<void> {
  console.log("Counting on the simulated clock, then measuring real processes: some minutes in all.\n");
  const rows = [...(await simulatedRows()), ...(await measuredRows())];
  console.log(table(rows));
  console.log(
    "\nsimulated clock: our own code, and each peer's polling as its sources have it, on the same emulated account.",
  );
  console.log("(*) no peer restores: what its schedule for a create would cost here.");
  console.log("measured: real processes on this machine; times and memory differ from machine to machine.");
  console.log(`peers: ${PEERS.map(({ column, polling }) => `${column}: ${polling}`).join("; ")}.`);
  const results = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    pulumi: versionOf(pulumiCommand()),
    platform: `${process.platform} ${process.arch}, ${availableParallelism()} processors`,
    peers: PEERS.map(({ name, column, polling }) => ({ name, column, polling })),
    rows,
  };
  writeFileSync(join(FOLDER, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(FOLDER, "plot.svg"), `${await plot(rows)}\n`);
  console.log("\nWritten: bench/results.json, bench/plot.svg");
  const missed = rows.filter(({ reached }) => !reached).length;
  console.log(missed === 0 ? "Everything is reached." : `${missed} of ${rows.length} are not reached.`);
}

function versionOf({ command, args, kind }: PulumiCommand): string {
  if (kind === "offline") return "offline engine";
  return execFileSync(command, [...args, "version"], { encoding: "utf8" }).trim();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
