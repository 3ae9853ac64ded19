import type { BehaviourPatch, Fault, OutsideAction, ServerSeed, SnapshotSeed } from "../emulator";

/** A signal to a running command, and where in its work it comes. */
export interface Strike {
  /**
   * "POST": accepted and on its way back; "wait": after the POST the account was looked at; "DELETE": as "POST";
   * "flight": a POST has come, and no answer has left.
   */
  readonly at: "POST" | "wait" | "DELETE" | "flight";
  /** To the command line alone; between two of them half a second passes. */
  readonly signals: readonly ("SIGINT" | "SIGKILL")[];
  /** What happens next, while a host may still be at work. */
  readonly then?: readonly Step[];
}

export type Step =
  /** A command line, without `--yes` and `--non-interactive`, and what the program finds in `given`. */
  | { readonly run: string; readonly given?: Given; readonly strike?: Strike }
  | { readonly behaviour: BehaviourPatch }
  | { readonly outside: OutsideAction }
  | { readonly fault: Fault }
  | { readonly clearFaults: true };

export type Given = Readonly<Record<string, string | number | boolean>>;

/** A program, an account, and what is done with them, one after the other. */
export interface Scenario {
  readonly name: string;
  /** What it holds, for the reader of a failing test. */
  readonly about: string;
  /** JavaScript; finds the package's names, `pulumi`, and `given`, which a step may change. */
  readonly program: string;
  readonly servers?: readonly ServerSeed[];
  readonly snapshots?: readonly SnapshotSeed[];
  /** More files of the project. `<provider>` and `<endpoint>` in them stand for the provider's text and the API. */
  readonly files?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** At this speed the smallest server's snapshot takes 50 milliseconds. */
export const SPEED = 3600;
export const POLL_SECONDS = "0.05";

/** Without the preview: half of the calls, where the preview is not the point. */
export const UP = "up --yes --skip-preview";
export const REFRESH = "refresh --yes --skip-preview";

/** Of a snapshot at the top of the program. */
export function urn(name: string): string {
  return `urn:pulumi:test::test::pulumi-nodejs:dynamic/vpsorg:Snapshot::${name}`;
}

/** Of a rotation at the top of the program. */
export function rotationUrn(name: string): string {
  return `urn:pulumi:test::test::pulumi-nodejs:dynamic/vpsorg:SnapshotRotation::${name}`;
}

/** Of a step of the restore `back` at the top of the program. */
export function restoreUrn(step: "safety" | "request" | "completion"): string {
  const type = { safety: "SafetySnapshot", request: "RestoreRequest", completion: "RestoreCompletion" }[step];
  return `urn:pulumi:test::test::vpsorg:index:SnapshotRestore$pulumi-nodejs:dynamic/vpsorg:${type}::back-${step}`;
}
