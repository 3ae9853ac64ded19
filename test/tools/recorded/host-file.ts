import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "./hook";
import type { Ledger } from "./ledger";
import { maskAnswer } from "./mask";
import type { RecordedCall, RecordedHost } from "./recording";
import { encodeSent } from "./references";
import type { RawCall } from "./references";

/** What one host process wrote. */
export interface HostFile {
  readonly pid: number;
  readonly lines: readonly Line[];
}

/** The hosts of one command, in the order in which they were started. */
export function readHosts(dir: string): HostFile[] {
  return readdirSync(dir)
    .sort()
    .map((name) => ({
      pid: Number(/-(\d+)\.jsonl$/.exec(name)?.[1]),
      lines: readFileSync(join(dir, name), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line),
    }));
}

export function unanswered({ lines }: HostFile): number {
  const count = (key: string): number => lines.filter((line) => key in line).length;
  return count("start") - count("end");
}

/** Turns the lines of a host into calls, and adds them to those that are known. */
export function recordedHost({ lines }: HostFile, known: RawCall[], ledger: Ledger): RecordedHost {
  const first = known.length;
  const calls: RecordedCall[] = [];
  let started = 0;
  for (const line of lines) {
    if ("start" in line) {
      started++;
      const n = first + line.start;
      const { method, sent } = line;
      calls.push({ n, call: method, urn: sent.urn, sent: encodeSent(sent, known, first, ledger) });
      known.push({ n, sent });
    } else if ("end" in line) {
      const [raw, call] = [known[first + line.end - 1], calls[line.end - 1]];
      if (raw === undefined || call === undefined) throw new Error(`an answer without its call: ${line.end}`);
      known[first + line.end - 1] = { ...raw, answer: line.answer };
      const next = first + started + 1;
      const answer = maskAnswer(line.answer, ledger);
      calls[line.end - 1] = { ...call, ...(next === call.n + 1 ? {} : { until: next }), answer };
    }
  }
  const configured = lines.flatMap((line) => ("configure" in line ? line.configure : []));
  return { configured, calls };
}
