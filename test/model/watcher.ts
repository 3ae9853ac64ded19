import type { AxiosResponse, InternalAxiosRequestConfig } from "axios";
import type { Ledger, Post } from "./ledger";
import { urlOf } from "./remote";
import type { Remote } from "./remote";
import type { RunLedger } from "./run-ledger";

interface Watched {
  readonly remote: Remote;
  readonly ledger: Ledger;
  readonly books: RunLedger;
  readonly note: (line: string) => void;
  readonly clock: { now(): number };
}

/** Notes in the ledger what one request really did, whatever its answer says. */
export class Watcher {
  private readonly method: string;
  private readonly url: URL;
  /** The server of the snapshot that is to be deleted. */
  private readonly doomed: string | undefined;
  private readonly restored: ((killed: () => boolean) => void) | undefined;
  private readonly made: { readonly post: Post; acted: () => void } | undefined;

  constructor(
    private readonly around: Watched,
    config: InternalAxiosRequestConfig,
  ) {
    this.method = (config.method ?? "get").toUpperCase();
    this.url = urlOf(config);
    if (this.method === "DELETE") this.doomed = this.deleting();
    if (this.method !== "POST") return;
    const [, restored] = /([^/]+)\/restore\/$/.exec(this.url.pathname) ?? [];
    if (restored !== undefined) this.restored = around.books.postRestore(decodeURIComponent(restored));
    else this.made = this.posting(String(config.data));
  }

  over(answered: AxiosResponse | Error, unheard: boolean, now: number, killed: () => boolean): void {
    const said = answered instanceof Error ? answered.message : String(answered.status);
    const { pathname, search } = this.url;
    this.around.note(
      `      ${this.method} ${pathname.replace(/^.*v1/, "")}${search} -> ${unheard ? "(nobody)" : said}`,
    );
    this.restored?.(killed);
    if (this.method === "GET" && pathname.endsWith("/snapshots/") && !unheard) this.listed(answered, now);
    if (this.doomed !== undefined && !unheard) this.around.books.believeOneLess(this.doomed, now);
    if (this.made === undefined) return;
    this.made.acted();
    this.made.post.confirmed = !unheard && this.confirms(answered);
  }

  private posting(data: string): { readonly post: Post; acted: () => void } {
    const { books, clock } = this.around;
    const body = JSON.parse(data) as { server_id: number | string; name: string };
    return books.post(body.name, String(body.server_id), clock.now());
  }

  private deleting(): string | undefined {
    const id = decodeURIComponent(/([^/]+)\/$/.exec(this.url.pathname)?.[1] ?? "");
    const { ledger, books } = this.around;
    books.judgeDelete(id);
    const snapshot = ledger.live().find((each) => String(each.id) === id);
    return snapshot === undefined ? undefined : String(snapshot.server.id);
  }

  /** How full the provider has reason to believe that a server is. */
  private listed(answered: AxiosResponse | Error, now: number): void {
    if (answered instanceof Error || answered.status !== 200) return;
    const { ledger, books, remote } = this.around;
    const serverId = this.url.searchParams.get("server_id");
    const page = parse(answered.data);
    if (page === undefined) return;
    const paged = typeof page.next === "string";
    if (!paged && page.count !== page.results.length) return;
    // Of a list in pages only its first is at hand: then the truth stands in for what the rest is going to show.
    const shown = (paged ? remote.model.listSnapshots() : page.results) as readonly Listed[];
    for (const server of serverId === null ? ledger.servers() : [serverId]) {
      const hidden = paged && serverId !== null && remote.model.behaviour().filterWorks === "broken";
      const count = shown.filter((snapshot) => String(snapshot.server?.id) === server).length;
      books.believe(server, hidden ? 0 : count, now);
    }
  }

  private confirms(answered: AxiosResponse | Error): boolean {
    if (answered instanceof Error || answered.status !== 201) return false;
    try {
      const said = JSON.parse(String(answered.data)) as { id?: unknown; status?: unknown };
      return typeof said.status === "string" && (this.made?.post.made.has(String(said.id)) ?? false);
    } catch {
      return false;
    }
  }
}

interface Listed {
  readonly server?: { readonly id: number | string };
}

interface Page {
  readonly count: number;
  readonly results: readonly unknown[];
  readonly next?: unknown;
}

function parse(data: unknown): Page | undefined {
  try {
    const page = JSON.parse(String(data)) as Page | null;
    return typeof page?.count === "number" && Array.isArray(page.results) ? page : undefined;
  } catch {
    return undefined;
  }
}
