import type { RequestRef } from "./errors";
import { IncompleteListError, ResponseShapeError } from "./errors";
import { firstProblem, pageSchema } from "./schema";
import { oneLine } from "./text";
import * as z from "zod/mini";

/** Fetches one page; the query holds what the previous page's `next` asked for. */
export type FetchPage = (query: Readonly<Record<string, string>>) => Promise<unknown>;

export interface Listed<T> {
  readonly items: readonly T[];
  readonly requests: number;
}

const MAX_PAGES = 10_000;

/**
 * Reads a whole list, page by page, and proves that it is whole.
 *
 * Each page is parsed as it comes. The list counts as whole only where every page states the same `count` and
 * exactly that many different ids were listed: an entry that is removed while we page moves the others up,
 * and one of them is skipped.
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
    if (++requests > MAX_PAGES) throw new ResponseShapeError(request, `it has more than ${MAX_PAGES} pages`);
    const page = parsePage(request, await fetchPage(query));
    count ??= page.count;
    if (page.count !== count) throw changed(request, count, page.count);
    const before = byId.size;
    page.results.forEach((item, i) => {
      const parsed = parseItem(item, `results[${i}]`);
      byId.set(parsed.id, parsed);
    });
    query = nextQuery(request, endpoint, page.next);
    if (query !== undefined && byId.size === before) {
      throw new IncompleteListError(request, "a page that announces another one brought nothing new");
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

function changed(request: RequestRef, before: number, after: number): Error {
  return new IncompleteListError(
    request,
    `the list changed while it was read (${before} entries, then ${after})`,
  );
}

function short(request: RequestRef, count: number, listed: number): Error {
  return new IncompleteListError(request, `it announces ${count} entries and lists ${listed}`);
}
