import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Emulator } from "../emulator";
import { SNAPSHOT_PROVIDER } from "../../../provider/core/state-contract";
import { killAllIn } from "../support/processes";
import { Project, ROOT } from "../support/project";
import type { Finished } from "../support/project";
import { readHosts, recordedHost, unanswered } from "./host-file";
import { Ledger } from "./ledger";
import { digestOf } from "./recording";
import type { RecordedRun, Recording } from "./recording";
import type { RawCall } from "./references";
import { POLL_SECONDS } from "./scenario";
import type { Given, Scenario, Step } from "./scenario";
import { change, isCommand, reached, until } from "./strike";

const TOKEN = "token-of-a-recording";
const HEADER = `const { Snapshot, SnapshotRestore, SnapshotRotation, getSnapshot } = require("pulumi-vpsorg");
const pulumi = require("@pulumi/pulumi");
const given = JSON.parse(process.env.GIVEN);
`;
const HOST = "@pulumi/pulumi/cmd/dynamic-provider";

type Command = Extract<Step, { run: string }>;

/** Runs a scenario with the real command line, and gives what it asked of the host. */
export async function record(scenario: Scenario, recorded: Recording["recorded"]): Promise<Recording> {
  const ledger = await Ledger.open(scenario, TOKEN);
  const recorder = new Recorder(ledger, scenario);
  try {
    const runs = await recorder.all(scenario.steps);
    return { digest: digestOf(scenario), recorded, runs, end: await ledger.end() };
  } finally {
    await recorder.close();
    await ledger.emulator.close();
  }
}

class Recorder {
  private readonly emulator: Emulator;
  private readonly project: Project;
  private readonly known: RawCall[] = [];
  private given: Given = {};
  private commands = 0;

  constructor(
    private readonly ledger: Ledger,
    { program, files = {} }: Scenario,
  ) {
    this.emulator = ledger.emulator;
    this.project = new Project({
      files: { ...project(HEADER + program), ...filled(files, ledger.emulator.endpoint) },
    });
    const bin = join(this.project.dir, "bin");
    mkdirSync(bin);
    const wrapper = join(bin, "pulumi-resource-pulumi-nodejs");
    const hook = join(ROOT, ".build", "test", "tools", "recorded", "hook.js");
    writeFileSync(
      wrapper,
      `#!/bin/sh\nexec "${process.execPath}" --require "${hook}" "${require.resolve(HOST)}" "$@"\n`,
    );
    chmodSync(wrapper, 0o755);
    this.project.env["PATH"] = `${bin}${delimiter}${this.project.env["PATH"] ?? ""}`;
  }

  async all(steps: readonly Step[]): Promise<RecordedRun[]> {
    await this.must("stack", "init", "test");
    const plain = [`vpsorg:endpoint=${this.emulator.endpoint}`, `vpsorg:pollIntervalSeconds=${POLL_SECONDS}`];
    const config = [...plain.flatMap((pair) => ["--plaintext", pair]), "--secret", `vpsorg:token=${TOKEN}`];
    await this.must("config", "set-all", ...config);
    const runs: RecordedRun[] = [];
    for (const step of steps) {
      if (isCommand(step)) runs.push(await this.run(step));
      else change(this.emulator, step);
    }
    return runs;
  }

  async close(): Promise<void> {
    killAllIn(this.project.dir);
    await pause(100);
    this.project.remove();
  }

  private async must(...args: string[]): Promise<void> {
    const { code, output } = await this.project.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
  }

  private async run({ run, given, strike }: Command): Promise<RecordedRun> {
    this.given = { ...this.given, ...given };
    const calls = join(this.project.dir, `calls-${++this.commands}`);
    mkdirSync(calls);
    Object.assign(this.project.env, { GIVEN: JSON.stringify(this.given), RECORD_CALLS_TO: calls });
    const from = this.emulator.requests().length;
    const command = this.project.start(run.split(" "));
    if (strike !== undefined) {
      await reached(this.emulator, strike.at, from);
      for (const signal of strike.signals) {
        process.kill(command.pid, signal);
        await pause(500);
      }
      for (const step of strike.then ?? []) if (!isCommand(step)) change(this.emulator, step);
    }
    // What a killed command leaves behind holds its output open.
    if (strike?.signals.includes("SIGKILL") === true) await this.hostsDone(calls);
    const finished = await command.finished;
    await this.hostsDone(calls);
    console.log(`  ${run}: exit ${finished.code}`);
    if (process.env["RECORD_VERBOSE"] !== undefined) console.log(finished.output);
    return this.described(run, finished, calls);
  }

  /** A host may outlive its command; what it still does is part of what happened. */
  private async hostsDone(calls: string): Promise<void> {
    const isDone = (): boolean =>
      readHosts(calls).every((host) => unanswered(host) === 0 || !isAlive(host.pid));
    await until(isDone, "a host did not end its work");
    await pause(200);
    killAllIn(this.project.dir);
  }

  private described(command: string, { code, output }: Finished, calls: string): RecordedRun {
    const hosts = readHosts(calls)
      .map((host) => recordedHost(host, this.known, this.ledger))
      .filter((host) => host.calls.length > 0);
    const writes = this.ledger.takeWrites();
    const resources = summary(output);
    return {
      command,
      exit: code < 0 ? null : code,
      ...(resources.length === 0 ? {} : { resources }),
      hosts,
      ...(writes === undefined ? {} : { writes }),
    };
  }
}

function project(body: string): Record<string, string> {
  return {
    "Pulumi.yaml": "name: test\nruntime: nodejs\n",
    "package.json": JSON.stringify({ name: "test", main: "index.js" }),
    "index.js": body,
  };
}

function filled(files: Readonly<Record<string, string>>, endpoint: string): Record<string, string> {
  const provider = JSON.stringify(SNAPSHOT_PROVIDER).slice(1, -1);
  const fill = (body: string): string =>
    body.replaceAll("<provider>", provider).replaceAll("<endpoint>", endpoint);
  return Object.fromEntries(Object.entries(files).map(([name, body]) => [name, fill(body)]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The lines below "Resources:", of the preview too where there was one. */
function summary(output: string): string[] {
  return [...output.matchAll(/^Resources:\n((?: {4}.*\n)+)/gm)].map((match) =>
    (match[1] ?? "")
      .trim()
      .split("\n")
      .map((line) => line.trim())
      .join(", "),
  );
}
