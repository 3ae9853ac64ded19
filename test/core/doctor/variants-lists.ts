import { always } from "./examined";
import { patch, NO_SNAPSHOTS, NO_SERVERS, SNAPSHOTS, SERVERS } from "./variant";
import type { Variant } from "./variant";

/** The form of a list, its count, its pages, and its filter. */
export const LISTS: readonly Variant[] = [
  {
    name: "an empty account",
    arrange: () => undefined,
    options: { snapshots: [], servers: [] },
    code: 0,
    requests: 2,
    found: [
      "snapshots: count: ok: 0 of 0",
      ...["ids", "types", "status", "times", "server", "names", "per server", "their servers"].map(
        (check) => `snapshots: ${check}: unseen: there is no snapshot`,
      ),
      "snapshots: keys: unseen: there is no entry",
      "snapshots: order: unseen: too few times to tell",
      "snapshots: filter: unseen: no server was asked for",
      "servers: count: ok: 0 of 0",
      ...["ids", "status"].map((check) => `servers: ${check}: unseen: there is no server`),
      "servers: keys: unseen: there is no entry",
      "servers: one: unseen: no server was asked for",
      "- snapshots: new keys",
      "- servers: new keys",
    ],
  },
  {
    name: "bare array",
    arrange: (e) => always(e, SNAPSHOTS, { kind: "replaceBody", body: e.model.listSnapshots() }),
    code: 1,
    found: [
      "snapshots: list: fails: a bare array",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
      "- snapshots: count",
      "- snapshots: pages",
    ],
  },
  {
    name: "no count",
    arrange: patch(SNAPSHOTS, {}, ["count"]),
    code: 1,
    found: [
      "snapshots: list: fails: a list with no count",
      "snapshots: count: unseen: there is none",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
    ],
  },
  {
    name: "count as text",
    arrange: patch(SNAPSHOTS, { count: "3" }),
    code: 1,
    found: [
      "snapshots: list: fails: a list with a count that is text",
      "snapshots: count: unseen: there is none",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
    ],
  },
  {
    name: "count too high",
    arrange: patch(SNAPSHOTS, { count: 7 }),
    code: 1,
    found: [
      "snapshots: count: fails: it says 7, and 3 are listed",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
    ],
  },
  {
    name: "count that changes",
    arrange: (e) => {
      e.setBehaviour({ pageSize: 2 });
      always(e, SNAPSHOTS, { kind: "patch", set: { count: 4 } }, "page=2");
    },
    code: 1,
    found: [
      "snapshots: count: fails: 3, then 4: it changed while it was read",
      "snapshots: pages: differs: 2 pages of 2",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
      "servers: pages: differs: 2 pages of 2",
    ],
  },
  {
    name: "no list",
    arrange: patch(SNAPSHOTS, {}, ["results"]),
    code: 1,
    found: ['snapshots: list: fails: an object without a list under "results"', ...NO_SNAPSHOTS],
  },
  {
    name: "pages",
    arrange: (e) => e.setBehaviour({ pageSize: 2 }),
    code: 0,
    found: ["snapshots: pages: differs: 2 pages of 2", "servers: pages: differs: 2 pages of 2"],
  },
  {
    name: "many pages",
    arrange: (e) => {
      e.setBehaviour({ pageSize: 1 });
      for (const s of [12345, 12346, 12347]) e.outside.fillServer(s);
      always(e, SNAPSHOTS, { kind: "patch", set: { "results.*.created_at": "2026-01-10T08:00:00Z" } });
    },
    code: 0,
    found: [
      "snapshots: count: unseen: 15; only the first 10 pages were read",
      "snapshots: pages: differs: 10 or more pages of 1",
      "snapshots: per server: unseen: not all pages were read",
      "snapshots: order: unseen: too few times to tell",
      "snapshots: their servers: unseen: one of the two lists is not known",
      "servers: pages: differs: 3 pages of 1",
    ],
  },
  {
    name: "the second page fails",
    arrange: (e) => {
      e.setBehaviour({ pageSize: 2 });
      always(e, SNAPSHOTS, { kind: "status", status: 500 }, "page=2");
    },
    code: 1,
    found: [
      "error bodies: ok: 500 with {detail}",
      "snapshots: count: unseen: 3; the pages after the first 1 did not come",
      "snapshots: pages: differs: more than one page, of 2",
      "snapshots: per server: unseen: not all pages were read",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
      "servers: pages: differs: 2 pages of 2",
      "snapshots: use: fails: answered 500",
    ],
  },
  {
    name: "next elsewhere",
    arrange: (e) =>
      always(e, SNAPSHOTS, { kind: "next", url: "https://elsewhere.invalid/api/v1/snapshots/?page=2" }),
    code: 1,
    found: [
      "snapshots: count: unseen: 3; the pages after the first 1 did not come",
      "snapshots: pages: fails: the next page is on another host",
      "snapshots: per server: unseen: not all pages were read",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
    ],
  },
  {
    name: "empty next",
    arrange: patch(SERVERS, { next: null, previous: null }),
    code: 0,
    found: ["servers: pages: differs: one page, with an empty `next`"],
  },
  {
    name: "HTML",
    arrange: (e) => always(e, "", { kind: "html" }),
    code: 1,
    found: [
      "token: unseen: no answer says whether it is accepted",
      "content type: differs: 4 answers of 4: text/html",
      "snapshots: list: fails: an HTML page, with status 200",
      "servers: list: fails: an HTML page, with status 200",
      "servers: one: unseen: no server was asked for",
      ...NO_SNAPSHOTS,
      ...NO_SERVERS,
    ],
  },
  {
    name: "empty body",
    arrange: (e) => always(e, SNAPSHOTS, { kind: "empty" }),
    code: 1,
    found: ["snapshots: list: fails: an empty body, with status 200", ...NO_SNAPSHOTS],
  },
  {
    name: "half a body",
    arrange: (e) => always(e, SNAPSHOTS, { kind: "truncate" }),
    code: 1,
    found: ["snapshots: list: fails: no complete JSON, with status 200", ...NO_SNAPSHOTS],
  },
  {
    name: "nesting",
    arrange: (e) => always(e, SNAPSHOTS, { kind: "deep", depth: 100 }),
    code: 1,
    found: ["snapshots: list: fails: JSON that is nested too deeply, with status 200", ...NO_SNAPSHOTS],
  },
  {
    name: "filter ignored",
    arrange: (e) => e.setBehaviour({ filterWorks: false }),
    code: 0,
    found: ["snapshots: filter: differs: it lists 2 snapshots of other servers"],
  },
  {
    name: "one server with snapshots, filter ignored",
    arrange: (e) => {
      e.outside.deleteSnapshot(803);
      e.setBehaviour({ filterWorks: false });
    },
    code: 0,
    requests: 5,
    found: [
      "snapshots: count: ok: 2 of 2",
      "snapshots: per server: ok: 2 of 5",
      "snapshots: filter: differs: it lists 2 snapshots of other servers",
    ],
  },
  {
    name: "one server with snapshots",
    arrange: (e) => e.outside.deleteSnapshot(803),
    code: 0,
    requests: 5,
    found: ["snapshots: count: ok: 2 of 2", "snapshots: per server: ok: 2 of 5"],
  },
  {
    name: "filter empty",
    arrange: (e) => e.setBehaviour({ filterWorks: "broken" }),
    code: 1,
    found: ["snapshots: filter: fails: it leaves out 1 of the server's snapshots"],
  },
  {
    name: "filter 400",
    arrange: (e) => always(e, SNAPSHOTS, { kind: "status", status: 400 }, "server_id"),
    code: 1,
    found: ["error bodies: ok: 400 with {detail}", "snapshots: filter: fails: answered 400"],
  },
];
