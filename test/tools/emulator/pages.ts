import type { ApiRequest } from "./api";
import type { Shown } from "./model";
import { Refusal, type Reply } from "./refusal";

/**
 * A list as documented, or one page of it as the Django REST framework gives it. Pages are cut anew from
 * the list at each request, so what changes between two requests shifts the later pages, as it does there.
 */
export function page(all: Shown<unknown>, request: ApiRequest, pageSize: number | null): Reply {
  if (pageSize === null)
    return { status: 200, headers: {}, json: { count: all.length, results: all.slice() } };
  const last = Math.max(1, Math.ceil(all.length / pageSize));
  const text = request.query.get("page") ?? "1";
  const number = /^[1-9]\d*$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > last) throw new Refusal(404, "Invalid page.");
  const json = {
    count: all.length,
    next: number < last ? address(request, number + 1) : null,
    previous: number > 1 ? address(request, number - 1) : null,
    results: all.slice((number - 1) * pageSize, number * pageSize),
  };
  return { status: 200, headers: {}, json };
}

function address({ base, path, query }: ApiRequest, number: number): string {
  const parameters = new URLSearchParams(query);
  if (number === 1) parameters.delete("page");
  else parameters.set("page", String(number));
  const text = parameters.toString();
  return base + path + (text === "" ? "" : `?${text}`);
}
