import { setTimeout as pause } from "node:timers/promises";
import { startEmulator } from "../emulator";
import type { Emulator, LoggedRequest } from "../emulator";
import { masked } from "./mask";
import { SPEED } from "./scenario";
import type { Scenario } from "./scenario";

/** Longer than the smallest server's snapshot takes. */
const SETTLED_MS = 150;

interface Known {
  readonly server: string;
  readonly label: string;
  /** By a request of the host; else its id is the same in every run. */
  readonly isMade: boolean;
}

/**
 * Knows each snapshot by a label that is the same in every run: `web-<hex> #2` is the second of such a name that was
 * made on its server; one that was there before, or came from elsewhere, goes by its id and name.
 */
export class Ledger {
  private readonly known = new Map<string, Known>();
  private readonly created = new Map<string, number>();
  private before = 0;

  private constructor(readonly emulator: Emulator) {
    this.notice(undefined);
  }

  /** The account that a scenario begins with. */
  static async open({ servers, snapshots }: Scenario, token: string): Promise<Ledger> {
    const opened: { ledger?: Ledger } = {};
    const emulator = await startEmulator({
      token,
      speed: SPEED,
      ...(servers === undefined ? {} : { servers }),
      ...(snapshots === undefined ? {} : { snapshots }),
      onRequest: (request) => opened.ledger?.notice(request),
    });
    return (opened.ledger = new Ledger(emulator));
  }

  /** After each request, while what it made is still there. */
  private notice(request: LoggedRequest | undefined): void {
    for (const { id, name, server } of this.emulator.model.state().snapshots) {
      if (this.known.has(String(id))) continue;
      const isMade = request?.method === "POST" && (request.body as { name?: unknown } | null)?.name === name;
      const label = isMade ? this.next(String(server.id), masked(name)) : `${id} ${name}`;
      this.known.set(String(id), { server: String(server.id), label, isMade });
    }
  }

  /** The label where the text is the id of a snapshot that was made here. */
  labelOf(id: string): string | undefined {
    const known = this.known.get(id);
    return known?.isMade === true ? known.label : undefined;
  }

  /** The writes since the last time by server; undefined where not even a read came. */
  takeWrites(): Record<string, string[]> | undefined {
    const requests = this.emulator.requests().slice(this.before);
    this.before += requests.length;
    if (requests.length === 0) return undefined;
    const writes: Record<string, string[]> = {};
    for (const request of requests.filter(({ method }) => method !== "GET")) {
      const { server, text } = this.told(request);
      (writes[server] ??= []).push(text);
    }
    return Object.fromEntries(Object.entries(writes).map(([server, texts]) => [server, ordered(texts)]));
  }

  /** What each server holds, and each restore so far, when all that nobody waited for has ended. */
  async end(): Promise<Record<string, string[]>> {
    await pause(SETTLED_MS);
    const { snapshots, servers, restores } = this.emulator.model.state();
    const held = servers.map(({ id, status }): [string, string[]] => [
      String(id),
      [
        ...(status === "active" ? [] : [`server ${status}`]),
        ...restores
          .filter((r) => r.server_id === String(id))
          .map((r) => `restored ${this.name(r.snapshot_id)}`),
        ...snapshots
          .filter((s) => s.server.id === id)
          .map((s) => `${this.name(String(s.id))} ${s.status}`)
          .sort(),
      ],
    ]);
    return Object.fromEntries(held.filter(([, lines]) => lines.length > 0));
  }

  private told({ method, path, body, status }: LoggedRequest): { server: string; text: string } {
    const refused = status !== null && status >= 400 ? ` (${status})` : "";
    const id = /^\/snapshots\/([^/]+)\//.exec(path)?.[1];
    if (id === undefined) {
      const { server_id: server, name } = body as { server_id: unknown; name: string };
      return { server: String(server), text: `POST ${masked(name)}${refused}` };
    }
    const action = path.endsWith("/restore/") ? "RESTORE" : method;
    return { server: this.known.get(id)?.server ?? "?", text: `${action} ${this.name(id)}${refused}` };
  }

  private name(id: string): string {
    return this.known.get(id)?.label ?? id;
  }

  private next(server: string, name: string): string {
    const number = (this.created.get(`${server} ${name}`) ?? 0) + 1;
    this.created.set(`${server} ${name}`, number);
    return `${name} #${number}`;
  }
}

/** Requests of one kind that follow each other may have been made at once: their order says nothing. */
function ordered(writes: readonly string[]): string[] {
  const kind = (text: string): string => text.split(" ")[0] ?? "";
  const blocks: string[][] = [];
  for (const text of writes) {
    const last = blocks.at(-1);
    if (last?.[0] !== undefined && kind(last[0]) === kind(text)) last.push(text);
    else blocks.push([text]);
  }
  return blocks.flatMap((block) => block.sort());
}
