import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

const UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const snapshot = {
  id: 801,
  server: { id: 12345, name: "web-server-01" },
  name: "a",
  status: "in_progress",
  size_mb: null,
  created_at: "2025-01-15T18:30:00Z",
  description: "",
  message: "3-10 minutes",
};
const server = { id: 12345, name: "web-server-01", status: "active" };
const restoring = { status: "success", snapshot, server: { ...server, status: "restoring" } };

let listener: Server;
let clock: SimulatedClock;
let client: VpsorgClient;
let seen: Seen[];
let connections: number;
let held = 0;

/** What the API would say to a well-formed request. */
function answerTo(method: string, url: string): [number, unknown] {
  if (method === "DELETE") return [204, undefined];
  if (method === "POST") return url.endsWith("/restore/") ? [200, restoring] : [201, snapshot];
  return url.startsWith("/api/v1/servers/") ? [200, server] : [200, { count: 1, results: [snapshot] }];
}

beforeEach(async () => {
  [seen, connections, held] = [[], 0, 0];
  clock = new SimulatedClock();
  listener = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", url = "", headers, socket } = request;
      seen.push({ method, url, headers, body, socket });
      const [status, json] = answerTo(method, url);
      const reply = (): unknown =>
        response.writeHead(status).end(json === undefined ? "" : JSON.stringify(json));
      setTimeout(reply, held);
    });
  });
  listener.on("connection", () => connections++);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  client = createClient({ endpoint: `${origin()}/api/v1`, token: CANARY, clock });
});

afterEach(async () => {
  clock.close();
  await new Promise((resolve) => {
    listener.close(resolve);
    listener.closeAllConnections();
  });
});

function origin(): string {
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

type Use = (client: VpsorgClient) => Promise<unknown>;

const calls: readonly (readonly [string, Use, string, unknown])[] = [
  ["a list", (c) => c.listSnapshots(), "GET /api/v1/snapshots/", ""],
  [
    "a server's list",
    (c) => c.listSnapshots({ serverId: "12345" }),
    "GET /api/v1/snapshots/?server_id=12345",
    "",
  ],
  [
    "a server's list, by UUID",
    (c) => c.listSnapshots({ serverId: UUID }),
    `GET /api/v1/snapshots/?server_id=${UUID}`,
    "",
  ],
  [
    "a create",
    (c) => c.createSnapshot({ serverId: "12345", name: "a", description: 'two\nlines "ü"' }),
    "POST /api/v1/snapshots/",
    { server_id: 12345, name: "a", description: 'two\nlines "ü"' },
  ],
  [
    "a create without a description",
    (c) => c.createSnapshot({ serverId: "12345", name: "a" }),
    "POST /api/v1/snapshots/",
    { server_id: 12345, name: "a" },
  ],
  [
    "a create with a UUID",
    (c) => c.createSnapshot({ serverId: UUID, name: "a", description: "" }),
    "POST /api/v1/snapshots/",
    { server_id: UUID, name: "a", description: "" },
  ],
  [
    "a create with a number that JSON would round",
    (c) => c.createSnapshot({ serverId: "9007199254740993", name: "a" }),
    "POST /api/v1/snapshots/",
    { server_id: "9007199254740993", name: "a" },
  ],
  ["a delete", (c) => c.deleteSnapshot("801"), "DELETE /api/v1/snapshots/801/", ""],
  ["a restore", (c) => c.restoreSnapshot("801"), "POST /api/v1/snapshots/801/restore/", ""],
  ["a server", (c) => c.getServer("12345"), "GET /api/v1/servers/12345/", ""],
];

test.each(calls)("%s goes out as documented", async (_what, use, line, body) => {
  await use(client);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([line]);
  const sent = seen[0]?.body ?? "";
  expect(sent === "" ? "" : (JSON.parse(sent) as unknown)).toEqual(body);
});

test.each(calls)("%s carries the documented headers and says who asks", async (_what, use) => {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
    version: string;
  };
  await use(client);
  expect(seen[0]?.headers).toMatchObject({
    authorization: `Bearer ${CANARY}`,
    "content-type": "application/json",
    accept: "application/json",
    "user-agent": `pulumi-vpsorg/${manifest.version} (node/${process.versions.node})`,
  });
  expect(seen[0]?.url).not.toContain(CANARY);
});

test("slashes at the end of the endpoint change nothing", async () => {
  await createClient({ endpoint: `${origin()}/api/v1//`, token: CANARY, clock }).listSnapshots();
  expect(seen[0]?.url).toBe("/api/v1/snapshots/");
});

describe("an id stays one part of its path", () => {
  const uses: readonly (readonly [string, (id: string) => Use, RegExp])[] = [
    ["delete", (id) => (c) => c.deleteSnapshot(id), /^\/api\/v1\/snapshots\/[^/?#]+\/$/],
    ["restore", (id) => (c) => c.restoreSnapshot(id), /^\/api\/v1\/snapshots\/[^/?#]+\/restore\/$/],
    ["server", (id) => (c) => c.getServer(id), /^\/api\/v1\/servers\/[^/?#]+\/$/],
  ];
  const ids = ["a/b", "a?b=c", "a#b", "a%2Fb", "../servers/1", ".", "..", ""];

  test.each(uses.flatMap(([what, use, form]) => ids.map((id) => [what, id, use(id), form] as const)))(
    "%s %j",
    async (_what, _id, use, form) => {
      // Refusing it is fine as well; asking for something else is not.
      await use(client).catch(() => undefined);
      const elsewhere = seen.filter(({ url }) => !form.test(url));
      expect(elsewhere.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
    },
  );
});

describe("connections", () => {
  test("one for many reads and deletes", async () => {
    for (let i = 0; i < 20; i++) await client.listSnapshots();
    await client.deleteSnapshot("801");
    await client.getServer("12345");
    expect([seen.length, connections]).toEqual([22, 1]);
  });

  test("a POST has one of its own, which is not kept", async () => {
    await client.listSnapshots();
    await client.createSnapshot({ serverId: "12345", name: "a" });
    await client.restoreSnapshot("801");
    await client.listSnapshots();
    expect(connections).toBe(3);
    const sockets = seen.map(({ socket }) => socket);
    expect(sockets[3]).toBe(sockets[0]);
    expect(new Set(sockets).size).toBe(3);
    expect(seen.map(({ headers }) => headers.connection)).toEqual([
      "keep-alive",
      "close",
      "close",
      "keep-alive",
    ]);
  });

  test("a POST has one of its own, also where many are sent at once", async () => {
    held = 20;
    const create = (_: unknown, i: number): Promise<unknown> =>
      client.createSnapshot({ serverId: "12345", name: `a${i}` });
    await Promise.all(Array.from({ length: 20 }, create));
    expect(new Set(seen.map(({ socket }) => socket)).size).toBe(20);
  });

  test("at most eight for reads at once", async () => {
    held = 20;
    await Promise.all(Array.from({ length: 30 }, () => client.listSnapshots()));
    expect(seen).toHaveLength(30);
    expect(connections).toBeGreaterThan(1);
    expect(connections).toBeLessThanOrEqual(8);
  });
});

describe("what comes back", () => {
  test("a created snapshot", async () => {
    expect(await client.createSnapshot({ serverId: "12345", name: "a" })).toEqual({
      id: "801",
      serverId: "12345",
      serverName: "web-server-01",
      name: "a",
      status: "in_progress",
      createdAt: "2025-01-15T18:30:00Z",
    });
  });

  test("an accepted restore", async () => {
    expect(await client.restoreSnapshot("801")).toEqual({
      snapshotId: "801",
      snapshotName: "a",
      server: { id: "12345", name: "web-server-01", status: "restoring" },
    });
  });

  test("nothing from a delete", async () => {
    await expect(client.deleteSnapshot("801")).resolves.toBeUndefined();
  });
});
