import { parseArgs } from "node:util";
import { messageOf } from "./checks";
import { DEFAULT_TOKEN } from "./server";

export interface CommandOptions {
  help: boolean;
  port: number;
  speed: number;
  pageSize: number | undefined;
  token: string;
  listLagMs: number;
}

export const USAGE = `Usage: npm run emulator -- [options]

Serves the VPS.org snapshot API on loopback, for trying and testing. Nothing leaves this machine.

Options:
  --port N         port to listen on; 0 takes any free one (default 8787)
  --speed N        how many times faster than real creating and restoring go (default 60)
  --page-size N    answer lists in pages of N (default: everything in one answer)
  --token T        the API token to accept (default "${DEFAULT_TOKEN}")
  --list-lag-ms N  show a new snapshot in lists only after N milliseconds (default 0)
  --help           show this text
`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Throws a `UsageError` that names what is wrong. */
export function parseOptions(argv: readonly string[]): CommandOptions {
  const values = read(argv);
  return {
    help: values.help,
    port: numberOf("--port", values.port, (n) => Number.isInteger(n) && n >= 0 && n <= 65535),
    speed: numberOf("--speed", values.speed, (n) => n > 0),
    pageSize:
      values["page-size"] === undefined ? undefined : numberOf("--page-size", values["page-size"], isCount),
    token: values.token,
    listLagMs: numberOf("--list-lag-ms", values["list-lag-ms"], (n) => n >= 0),
  };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", default: false },
        port: { type: "string", default: "8787" },
        speed: { type: "string", default: "60" },
        "page-size": { type: "string" },
        token: { type: "string", default: DEFAULT_TOKEN },
        "list-lag-ms": { type: "string", default: "0" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

const isCount = (n: number) => Number.isInteger(n) && n > 0;

function numberOf(option: string, text: string, isValid: (n: number) => boolean): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || !isValid(value)) throw new UsageError(`${option} cannot be "${text}"`);
  return value;
}
