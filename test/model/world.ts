import { toWireId } from "../tools/emulator/ids";
import { SimulatedClock } from "../tools/support/simulated-clock";
import { SERVERS } from "./commands";
import type { Command, Scenario } from "./commands";
import { describe, describeState } from "./describe";
import { EngineRun } from "./engine";
import type { RunError } from "./engine";
import { Host } from "./host";
import { Ledger } from "./ledger";
import type { Remote } from "./remote";
import { edited, registered } from "./program";
import type { Edit } from "./program";
import { editedRestore } from "./restore-program";
import type { RestoreArgs, RestoreEdit, Target } from "./restore-program";
import type { RotationCommand } from "./rotation-commands";
import { editedRotation, toAdopt } from "./rotation-program";
import { Output } from "./resources";
import type { Entry, Program, Properties } from "./resources";
import { RunLedger } from "./run-ledger";
import { faultOf, FINE, kindOf } from "./weather";
import type { Meddling, Weather } from "./weather";

export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface Finished {
  readonly operation: Operation;
  readonly killed: boolean;
  readonly cancelled: boolean;
  readonly errors: readonly RunError[];
  readonly requests: number;
  readonly told: readonly string[];
}

/** Longer than all that a run may wait for: 30 minutes to create, 10 to delete, requests that stall or are limited. */
const RUN_MS = 4 * 3_600_000;
const TURNS_AFTER_DEATH = 8;

/** Numbers from 0 to 1 that look random (Park and Miller's generator). */
function sequence(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

/** A violation of an invariant, with all that led to it. */
export class Violation extends Error {
  constructor(
    readonly what: string,
    trace: readonly string[],
  ) {
    super(`${what}\n${trace.join("\n")}`);
  }
}

/** One account, one stack, its program, and whoever else has a hand in it. */
export class World {
  readonly state: Entry[] = [];
  readonly program = new Map<string, Properties>();
  /** The restores of the program. */
  readonly restores = new Map<string, RestoreArgs>();
  /** The rotations of the program. */
  readonly rotations = new Map<string, Properties>();
  readonly ledger: Ledger;
  readonly trace: string[] = [];
  /** Each kind of trouble that really struck. */
  readonly struck = new Set<string>();
  /** Hosts whose engine was killed, and which go on. */
  private readonly orphans: Host[] = [];
  runs = 0;
  private made = 0;
  /** The same in each replay: of names, claims and back-off. */
  private readonly random = sequence();

  constructor(
    readonly remote: Remote,
    readonly clock: SimulatedClock,
    readonly scenario: Scenario,
  ) {
    this.ledger = new Ledger(remote.model);
  }

  note = (line: string): void => void this.trace.push(line);

  fail(what: string): never {
    throw new Violation(what, this.trace);
  }

  serverId(index: number): string {
    return String(toWireId(String(SERVERS[index] ?? SERVERS[0]), this.scenario.uuid));
  }

  /** Does what a command says; gives what a run came to, where it was one. */
  async perform(command: Command): Promise<Finished | undefined> {
    this.note(`  ${describe(command)}`);
    switch (command.do) {
      case "up":
      case "preview":
      case "refresh":
      case "destroy":
        return this.run(command.do, command.weather);
      case "pass":
        await this.clock.sleep(command.minutes * 60_000);
        return undefined;
      case "declare":
      case "change":
      case "remove":
      case "import":
      case "drop the import option":
        this.edit(command);
        return undefined;
      case "declare restore":
      case "change restore":
      case "remove restore":
        this.editRestore(command);
        return undefined;
      case "declare rotation":
      case "change rotation":
      case "remove rotation":
        this.editRotation(command);
        return undefined;
      case "api":
        this.remote.model.setBehaviour(command.patch);
        return undefined;
      case "others create":
        this.othersCreate(this.serverId(command.server), command.name);
        return undefined;
      case "others fill":
        this.remote.model.outside.fillServer(this.serverId(command.server));
        return undefined;
      case "others restore":
        this.othersRestore(this.pick(command.pick));
        return undefined;
      case "others delete":
      case "others break": {
        const victim = this.pick(command.pick);
        if (victim === undefined) return undefined;
        if (command.do === "others delete") this.remote.model.outside.deleteSnapshot(victim);
        else this.remote.model.outside.setSnapshot(victim, { status: "failed" });
        return undefined;
      }
    }
  }

  /**
   * What a user runs. Whoever imports looks at the preview first: it is there that a snapshot which another resource
   * holds is refused before anything is done.
   */
  async run(operation: Operation, weather: Weather = FINE): Promise<Finished> {
    const imports = [...this.program.values()].some((args) => args["__import"] !== undefined);
    if (operation === "up" && imports) {
      const preview = await this.once("preview", FINE);
      if (preview.errors.length > 0) return preview;
    }
    return this.once(operation, weather);
  }

  /** One operation of the engine, from beginning to end or to its death. */
  private async once(operation: Operation, weather: Weather): Promise<Finished> {
    this.runs++;
    const books = new RunLedger(this.ledger, this.runs);
    const host = this.start(weather, books);
    const run = new EngineRun(this.state, host, books);
    const working = this.begin(run, operation);
    await this.bounded(operation, Promise.race([working, host.engineDied]));
    if (host.isEngineDead()) {
      if (!host.isDead()) this.orphans.push(host);
      for (let i = 0; i < TURNS_AFTER_DEATH; i++) await new Promise((go) => setImmediate(go));
    }
    for (const id of this.remote.clearFaults()) this.struck.add(id);
    const { infos, warnings, progressed } = host.told;
    const finished: Finished = {
      operation,
      killed: host.isEngineDead() || host.isDead(),
      cancelled: host.cancelled,
      errors: run.errors,
      requests: host.requests,
      told: [...infos, ...warnings, ...progressed],
    };
    for (const { resource, message } of run.errors) this.note(`    error of ${resource}: ${message}`);
    for (const warning of host.told.warnings) this.note(`    warning: ${warning}`);
    this.note(
      `    ${finished.killed ? "killed" : host.cancelled ? "cancelled" : "done"}; state: ${describeState(this.state, this.ledger.live())}`,
    );
    return finished;
  }

  /** What the program registers as it stands. */
  registered(): Program {
    return registered(this.program, this.restores, this.rotations);
  }

  private begin(run: EngineRun, operation: Operation): Promise<void> {
    if (operation === "up" || operation === "preview")
      return run.up(this.registered(), operation === "preview");
    return operation === "refresh" ? run.refresh() : run.destroy();
  }

  private start(weather: Weather, books: RunLedger): Host {
    const { remote, clock, ledger } = this;
    for (const [i, trouble] of weather.troubles.entries()) {
      // Over sockets a stall costs real time; the fault matrix has them there.
      if (remote.kind === "sockets" && /stall/.test(trouble.what)) continue;
      remote.fault({ id: `${kindOf(trouble)} #${i}`, ...faultOf(trouble) });
    }
    const meddle = (): void => this.meddle(weather.others?.what);
    const struck = (kind: string): void => void this.struck.add(kind);
    const { random } = this;
    return new Host({ remote, clock, ledger, books, weather, meddle, note: this.note, struck, random });
  }

  /** Waits until no host of an earlier run does anything any more. */
  settled(): Promise<void> {
    const idle = Promise.all(this.orphans.map((host) => host.idle())).then(() => undefined);
    return this.bounded("what a host went on with", idle);
  }

  /** Every wait ends: what goes on beyond the bound, or hangs for ever, is a violation. */
  private async bounded(operation: string, work: Promise<void>): Promise<void> {
    const over = new AbortController();
    const late = this.clock.sleep(RUN_MS, over.signal).then(
      () => "late",
      () => "aborted",
    );
    const first = await Promise.race([work.then(() => "done"), late]);
    over.abort();
    if (first === "late") this.fail(`${operation} did not end within ${RUN_MS / 3_600_000} hours`);
  }

  private edit(command: Edit): void {
    const id = command.do === "import" ? this.pick(command.pick) : undefined;
    const found = this.ledger.live().find((snapshot) => String(snapshot.id) === id);
    const args = edited(this.program.get(command.resource), command, (index) => this.serverId(index), found);
    if (args === undefined) this.program.delete(command.resource);
    else this.program.set(command.resource, args);
  }

  private editRestore(command: RestoreEdit): void {
    const target = command.do === "remove restore" ? undefined : this.target(command);
    const args = editedRestore(this.restores.get(command.restore), command, target);
    if (args === undefined) this.restores.delete(command.restore);
    else this.restores.set(command.restore, args);
  }

  private editRotation(command: RotationCommand): void {
    const old = this.rotations.get(command.rotation);
    const create = (serverId: string): void => this.othersCreate(serverId, "someone-elses");
    const found = toAdopt(this, old, command, create);
    const args = editedRotation(old, command, (index) => this.serverId(index), found);
    if (args === undefined) this.rotations.delete(command.rotation);
    else this.rotations.set(command.rotation, args);
  }

  /** A linked snapshot comes with its server, another one with the server that it is of. */
  private target(command: Exclude<RestoreEdit, { do: "remove restore" }>): Target | undefined {
    const from = command.do === "declare restore" ? command.from : undefined;
    if (from !== undefined && this.program.has(from))
      return { snapshotId: new Output(from, "id"), serverId: new Output(from, "serverId") };
    const id = this.pick(command.do === "declare restore" ? command.pick : command.to);
    const found = this.ledger.live().find((snapshot) => String(snapshot.id) === id);
    return found && { snapshotId: String(found.id), serverId: String(found.server.id) };
  }

  private meddle(what: Meddling | undefined): void {
    const { outside } = this.remote.model;
    const newest = this.ledger.ours().at(-1)?.snapshot;
    this.note(`      (other people: ${what ?? ""})`);
    if (what === "fill the server") outside.fillServer(String(newest?.server.id ?? this.serverId(0)));
    if (what === "make a similar one")
      this.othersCreate(this.serverId(0), `web-${"0".repeat(6)}${this.made % 10}`);
    if (what === "restore another") this.othersRestore(this.pick(this.made + 1));
    if (newest === undefined) return;
    if (what === "restore ours") this.othersRestore(String(newest.id));
    if (what === "delete ours") outside.deleteSnapshot(newest.id);
    if (what === "break ours") outside.setSnapshot(newest.id, { status: "failed" });
  }

  /** Other people respect the limit. */
  private othersCreate(serverId: string, name: string): void {
    this.made++;
    if (this.ledger.liveOn(serverId).length < 5) this.remote.model.outside.createSnapshot({ serverId, name });
  }

  /** Whatever the API would say to it. */
  private othersRestore(snapshotId: string | undefined): void {
    if (snapshotId !== undefined) this.remote.model.outside.startRestore(snapshotId);
  }

  private pick(number: number): string | undefined {
    const all = this.ledger.live();
    const found = all[number % Math.max(1, all.length)];
    return found === undefined ? undefined : String(found.id);
  }
}
