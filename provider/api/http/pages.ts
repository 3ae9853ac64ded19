import type { RequestRef } from "../errors";
import { IncompleteListError, ResponseShapeError } from "../errors";
import { firstProblem, pageSchema } from "../schema";
import { oneLine } from "../text";
import * as z from "zod/mini";

/** Fetches one page; the query holds what the previous page's `next` asked for. */
export type FetchPage = (query: Readonly<Record<string, string>>) => Promise<unknown>;

export interface Listed<T> {
  readonly items: readonly T[];
  readonly requests: number;
}

/** Far beyond any account: VPS.org keeps five snapshots a server. */
const MAX_ENTRIES = 100_000;
/** Pages of fewer entries than this, as a mean, are accepted for this many pages. */
const [FEWEST_A_PAGE, SMALL_PAGES] = [10, 100];

/**
 * Reads a whole list, page by page, and proves that it is whole.
 *
 * Each page is parsed as it comes. The list counts as whole only where every page states the same `count` and
 * exactly that many different ids were listed: an entry that is removed while we page moves the others up,
 * and one of them is skipped. It ends with the first entry too many, however many pages are still announced.
 */
export async function readPages<T extends { readonly id: string }>(
  request: RequestRef,
  endpoint: string,
  first: Readonly<Record<string, string>>,
  fetchPage: FetchPage,
  parseItem: (item: unknown, path: string) => T,
): Promise<Listed<T>> {
  const byId = new Map<string, T>();
  let count: number | undefined;
  let query: Readonly<Record<string, string>> | undefined = first;
  let requests = 0;
  while (query !== undefined) {
    const page = parsePage(request, await fetchPage(query));
    requests++;
    count ??= page.count;
    if (page.count !== count) throw changed(request, count, page.count);
    if (count > MAX_ENTRIES) throw tooMany(request, count);
    const before = byId.size;
    for (const [i, item] of page.results.entries()) {
      const parsed = parseItem(item, `results[${i}]`);
      byId.set(parsed.id, parsed);
      if (byId.size > count) throw short(request, count, byId.size);
    }
    query = nextQuery(request, endpoint, page.next);
    if (query !== undefined && byId.size === before) {
      throw new IncompleteListError(request, "a page that announces another one brought nothing new");
    }
    if (query !== undefined && requests >= maxPages(count)) {
      throw new ResponseShapeError(request, `it has more than ${requests} pages for ${count} entries`);
    }
  }
  if (byId.size !== count) throw short(request, count ?? 0, byId.size);
  return { items: [...byId.values()], requests };
}

function parsePage(request: RequestRef, body: unknown): z.infer<typeof pageSchema> {
  const page = pageSchema.safeParse(body);
  if (!page.success) throw new ResponseShapeError(request, firstProblem(page.error));
  return page.data;
}

/**
 * The query of `next`. Only the query is taken over, the request itself always goes to the endpoint; a `next`
 * on another host is refused, because following it would hand the token to that host.
 */
function nextQuery(
  request: RequestRef,
  endpoint: string,
  next: string | null | undefined,
): Readonly<Record<string, string>> | undefined {
  if (next === undefined || next === null || next === "") return undefined;
  const base = new URL(`${endpoint.replace(/\/+$/, "")}${request.path}`);
  const url = URL.canParse(next, base.href) ? new URL(next, base.href) : undefined;
  // Behind a proxy that ends TLS an API may well call itself http: the host decides.
  if (url?.host !== base.host || !/^https?:$/.test(url.protocol)) {
    throw new ResponseShapeError(
      request,
      `its next page is at ${oneLine(url?.origin ?? next, 80)}, which is not the endpoint's origin; it is not followed`,
    );
  }
  return Object.fromEntries(url.searchParams);
}

function maxPages(count: number): number {
  return SMALL_PAGES + Math.ceil(count / FEWEST_A_PAGE);
}

function tooMany(request: RequestRef, count: number): Error {
  return new ResponseShapeError(
    request,
    `it announces ${count} entries, more than the ${MAX_ENTRIES} that an account can hold`,
  );
}

function changed(request: RequestRef, before: number, after: number): Error {
  return new IncompleteListError(
    request,
    `the list changed while it was read (${before} entries, then ${after})`,
  );
}

function short(request: RequestRef, count: number, listed: number): Error {
  return new IncompleteListError(request, `it announces ${count} entries and lists ${listed}`);
}
