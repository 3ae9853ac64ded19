import { HostError } from "../../tools/support/host/host-error";
import { failure } from "./scene";
import type { Scene } from "./scene";

/** All that one failure puts before a person, or into a file that a person may pass on. */
export interface Transcript {
  readonly message: string;
  readonly reasons: readonly string[];
  /** Of the resource that is recorded in spite of the failure, as JSON. */
  readonly recorded: string;
  /** What the host wrote on standard output and standard error. */
  readonly output: readonly string[];
  readonly logged: readonly string[];
}

/** Runs a call that has to fail, and collects what there is to see of it. */
export async function transcribe(scene: Scene, call: () => Promise<unknown>): Promise<Transcript> {
  const { host, engine } = scene;
  const [lines, messages] = [host.lines.length, engine.messages.length];
  const error = await failure(call(), HostError);
  // Output comes through a pipe, messages through a socket: later than the answer.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    message: error.message,
    reasons: error.partial?.reasons ?? [],
    recorded: JSON.stringify(error.partial ?? {}),
    output: host.lines.slice(lines),
    logged: engine.messages.slice(messages).map(({ message }) => message),
  };
}

const NOT_FOR_PEOPLE: readonly (readonly [string, RegExp])[] = [
  ["a stack trace", /^\s+at /m],
  ["a value that is none", /\bundefined\b|\bnull\b|\bNaN\b/],
  ["an object without a text", /\[object /],
  ["an error's class", /\b\w*Error:/],
  ["a code of Node", /\bE[A-Z]{4,}\b|ERR_/],
  ["two full stops", /\.\.(?!\.)|\.\s*[,;:.]( |$)/m],
  ["an empty quotation", /""/],
  ["a gap", /\S {2,}\S.*[.:]$|\(\)/],
  ["an internal name", /__\w+/],
];

/** What a person should not have to read there; empty where all is well. */
export function flaws({ message, reasons, recorded, output, logged }: Transcript, token: string): string[] {
  const texts = [message, ...reasons, ...output, ...logged];
  const found = texts.flatMap((text) =>
    NOT_FOR_PEOPLE.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${what}: ${text}`),
  );
  const leaks = [...texts, recorded].filter((text) => text.includes(token));
  return [...new Set([...found, ...leaks.map((text) => `the token: ${text}`)])];
}
