import { always } from "./examined";
import { patch, SNAPSHOTS, SERVERS } from "./variant";
import type { Variant } from "./variant";

const UUID = "00000000-0000-4000-8000-000000012345";

/** What the entries of the lists hold. */
export const ENTRIES: readonly Variant[] = [
  {
    name: "plain server",
    arrange: (e) => {
      always(e, SNAPSHOTS, { kind: "patch", set: { "results.*.server": 12346 } }, "server_id");
      always(e, SNAPSHOTS, {
        kind: "patch",
        set: { "results.0.server": 12346, "results.1.server": 12345, "results.2.server": 12345 },
      });
    },
    code: 1,
    found: ["snapshots: server: fails: 3 of 3 with a server that is a number"],
  },
  {
    name: "server without a name",
    arrange: patch(SNAPSHOTS, {}, ["results.*.server.name"]),
    code: 0,
    found: ["snapshots: server: differs: {id} without a name"],
  },
  {
    name: "ids as text",
    arrange: patch(SNAPSHOTS, { "results.0.id": "803" }),
    code: 0,
    found: ["snapshots: ids: differs: numbers (2), numbers as text (1)"],
  },
  {
    name: "UUIDs",
    arrange: (e) => e.setBehaviour({ uuidIds: true }),
    code: 0,
    found: [
      "snapshots: ids: differs: UUIDs",
      "snapshots: server: differs: {id, name}, ids: UUIDs",
      "servers: ids: differs: UUIDs",
    ],
  },
  {
    name: "other ids",
    arrange: patch(SNAPSHOTS, { "results.0.id": "snap-803" }),
    code: 1,
    found: ["snapshots: ids: fails: numbers (2), other texts (1)"],
  },
  {
    name: "no id",
    arrange: patch(SNAPSHOTS, { "results.0.id": null }),
    code: 1,
    found: [
      "snapshots: ids: fails: 1 snapshot of 3 without a usable id (null)",
      "snapshots: filter: unseen: the whole list cannot be used, so there is nothing to compare with",
    ],
  },
  {
    name: "lasting unknown status",
    arrange: patch(SNAPSHOTS, { "results.*.status": "available" }),
    code: 1,
    found: ["snapshots: status: fails: not known: available"],
  },
  {
    name: "unknown status of one of several",
    arrange: patch(SNAPSHOTS, { "results.2.status": "archived" }),
    code: 0,
    found: ["snapshots: status: differs: completed; not known: archived"],
  },
  {
    name: "fresh unknown status",
    arrange: (e) => e.outside.createSnapshot({ serverId: 12346, name: "new", status: "snapshotting" }),
    code: 0,
    found: [
      "snapshots: count: ok: 4 of 4",
      "snapshots: status: differs: completed; not known: snapshotting",
      "snapshots: per server: ok: 2, 2 of 5",
    ],
  },
  {
    name: "status in capitals",
    arrange: patch(SNAPSHOTS, { "results.*.status": "COMPLETED" }),
    code: 0,
    found: ["snapshots: status: differs: COMPLETED"],
  },
  {
    name: "failed",
    arrange: patch(SNAPSHOTS, { "results.0.status": "failed" }),
    code: 0,
    found: ["snapshots: status: differs: completed, failed"],
  },
  {
    name: "stuck",
    arrange: patch(SNAPSHOTS, { "results.0.status": "in_progress" }),
    code: 0,
    found: ["snapshots: status: differs: completed, in_progress; 1 snapshot unfinished for over an hour"],
  },
  {
    name: "servers by UUID, snapshots by number",
    arrange: patch(SERVERS, { "results.0.id": UUID }),
    code: 0,
    found: [
      "snapshots: their servers: differs: 1 of 2 named by another form of id than in the list of servers",
      "servers: ids: differs: UUIDs (1), numbers (2)",
    ],
  },
  {
    name: "new keys",
    arrange: patch(SNAPSHOTS, {
      "results.*.is_locked": true,
      "results.0.10.0.0.1": 1,
      "results.*.server.region": "x",
    }),
    code: 0,
    found: ["snapshots: new keys: differs: is_locked", "snapshots: server: differs: {id, name}, and region"],
  },
  {
    name: "keys missing",
    arrange: patch(SNAPSHOTS, {}, ["results.*.size_mb", "results.0.description"]),
    code: 0,
    found: ["snapshots: keys: differs: missing: size_mb, description"],
  },
  {
    name: "name missing",
    arrange: patch(SNAPSHOTS, {}, ["results.0.name"]),
    code: 1,
    found: ["snapshots: keys: fails: missing: name"],
  },
  {
    name: "types",
    arrange: patch(SNAPSHOTS, { "results.0.description": ["a"], "results.1.status": 3 }),
    code: 1,
    found: ["snapshots: types: fails: status is a number, description is a list"],
  },
  {
    name: "size as text",
    arrange: patch(SNAPSHOTS, { "results.0.size_mb": "5120" }),
    code: 0,
    found: ["snapshots: types: differs: size_mb is text"],
  },
  {
    name: "no times",
    arrange: patch(SNAPSHOTS, { "results.*.created_at": null }),
    code: 1,
    found: [
      "snapshots: times: fails: 3 of 3 cannot be read (null)",
      "snapshots: order: unseen: too few times to tell",
    ],
  },
  {
    name: "times without a zone",
    arrange: patch(SNAPSHOTS, { "results.*.created_at": "2026-01-10 08:00:00" }),
    code: 0,
    found: [
      "snapshots: times: differs: 3 of 3 without a zone",
      "snapshots: order: unseen: too few times to tell",
    ],
  },
  {
    name: "times in another form",
    arrange: patch(SNAPSHOTS, { "results.0.created_at": "01/10/2026 08:00 PM" }),
    code: 1,
    found: ["snapshots: times: fails: 1 of 3 in another form", "snapshots: order: ok: by no time"],
  },
  {
    name: "times as in a header",
    arrange: patch(SNAPSHOTS, { "results.0.created_at": "Mon, 12 Jan 2026 08:00:00 GMT" }),
    code: 0,
    found: ["snapshots: times: differs: 1 of 3 in another form, with a zone"],
  },
  {
    name: "times in the future",
    arrange: patch(SNAPSHOTS, { "results.0.created_at": "2100-01-10T08:00:00Z" }),
    code: 0,
    found: ["snapshots: times: differs: 1 of 3 are in the future"],
  },
  {
    name: "unknown server status",
    arrange: patch("^/servers/", { "results.*.status": "online", status: "online" }),
    code: 1,
    found: ["servers: status: fails: not known: online"],
  },
  {
    name: "one unknown server status",
    arrange: patch(SERVERS, { "results.2.status": "migrating" }),
    code: 0,
    found: ["servers: status: differs: active; not known: migrating"],
  },
  {
    name: "known server status",
    arrange: patch(SERVERS, { "results.2.status": "running" }),
    code: 0,
    found: ["servers: status: differs: active, running"],
  },
  {
    name: "servers without status",
    arrange: patch(SERVERS, {}, ["results.*.status"]),
    code: 1,
    found: ["servers: status: fails: 3 of 3 without a status that is text"],
  },
  {
    name: "names",
    arrange: patch(SNAPSHOTS, { "results.1.name": "the old one", "results.2.name": "the old one" }),
    code: 0,
    found: ["snapshots: names: differs: 2 names with other characters; 1 name given twice on one server"],
  },
  {
    name: "more than five",
    arrange: (e) => {
      e.outside.fillServer(12345);
      const results = e.model
        .listSnapshots()
        .map((snapshot) => ({ ...snapshot, server: { id: 12345, name: "web-server-01" } }));
      always(e, SNAPSHOTS, { kind: "replaceBody", body: { count: 6, results } }, "^$|12345");
      always(e, SNAPSHOTS, { kind: "replaceBody", body: { count: 0, results: [] } });
    },
    code: 0,
    found: ["snapshots: count: ok: 6 of 6", "snapshots: per server: differs: 6 of 5; 1 server full"],
  },
  {
    name: "a server that is not listed",
    arrange: patch(SERVERS, { "results.0.id": 99 }),
    code: 0,
    found: ["snapshots: their servers: differs: 1 of 2 not in the list of servers"],
  },
];
