import { isRecord, messageOf } from "./checks";
import { parseOptions, USAGE, UsageError, type CommandOptions } from "./command-options";
import type { LoggedRequest } from "./request-log";
import { startEmulator, type Emulator } from "./server";

export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

/** Runs until `stop` is aborted; gives the exit code. */
export async function runCommand(
  argv: readonly string[],
  terminal: Terminal,
  stop: AbortSignal,
): Promise<number> {
  let options: CommandOptions;
  try {
    options = parseOptions(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(`error: ${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    terminal.out(USAGE);
    return 0;
  }
  return serve(options, terminal, stop);
}

async function serve(options: CommandOptions, terminal: Terminal, stop: AbortSignal): Promise<number> {
  const { port, speed, token, pageSize = null, listLagMs } = options;
  const onRequest = (request: LoggedRequest) => terminal.out(requestLine(request));
  let emulator: Emulator;
  try {
    emulator = await startEmulator({ port, speed, token, onRequest, behaviour: { pageSize, listLagMs } });
  } catch (error) {
    terminal.error(`error: ${startProblem(error, port)}\n`);
    return 1;
  }
  terminal.out(banner(emulator));
  if (!stop.aborted) {
    await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  }
  await emulator.close();
  return 0;
}

function startProblem(error: unknown, port: number): string {
  const code = isRecord(error) ? error["code"] : undefined;
  if (code === "EADDRINUSE") return `port ${port} is already in use; choose another with --port`;
  if (code === "EACCES") return `port ${port} needs more rights; choose another with --port`;
  return messageOf(error);
}

function banner({ endpoint, token, model }: Emulator): string {
  const { servers, speed } = model.state();
  const lines = servers.map(({ id, name, create_ms }) => {
    const [minutes, seconds] = [(create_ms / 60_000).toFixed(2), (create_ms / 1000).toFixed(1)];
    return `  ${String(id)}  ${name.padEnd(16)} a snapshot takes ${minutes} minutes (${seconds} seconds)`;
  });
  return `VPS.org API emulator: snapshots of made-up servers, kept in memory, gone when it ends.

Endpoint: ${endpoint}
Token:    ${token}
Servers, at ${speed} times the real speed:
${lines.join("\n")}

To use it:
  export VPSORG_ENDPOINT=${endpoint} VPSORG_TOKEN=${token}
  export VPSORG_POLL_INTERVAL_SECONDS=${pollSeconds(speed)}   # looks as often as minutes pass here

Ctrl-C ends it. Requests:
`;
}

/** Half a minute of the emulator's time, within what the setting may be. */
function pollSeconds(speed: number): number {
  return Math.min(60, Math.max(0.05, Math.round(3000 / speed) / 100));
}

function requestLine({ at, method, path, query, status, faultId }: LoggedRequest): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const parameters = new URLSearchParams(query).toString();
  const target = parameters === "" ? path : `${path}?${parameters}`;
  const fault = faultId === undefined ? "" : ` (${faultId})`;
  return `${time} ${method.padEnd(6)} ${target} ${status ?? "no answer"}${fault}\n`;
}
