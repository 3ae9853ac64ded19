import { startEmulator, type Emulator } from ".";
import { rawCall, type RawOptions } from "./raw-client";

let emulator: Emulator;
let now: number;

beforeEach(async () => {
  now = Date.parse("2025-01-15T18:30:00Z");
  emulator = await startEmulator({ now: () => now });
});

afterEach(() => emulator.close());

const call = (method: string, path: string, options?: RawOptions) => rawCall(emulator, method, path, options);
const create = (body: unknown) => call("POST", "/snapshots/", { body });
const list = async (query = "") => (await call("GET", `/snapshots/${query}`)).json as Page;

interface Page {
  count: number;
  results: { id: number | string; name: string; status: string }[];
}

describe("snapshots", () => {
  test("a create answers 201 with the snapshot in progress and a message", async () => {
    const answer = await create({ server_id: 12345, name: "pre-migration", description: "Before" });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      id: 801,
      server: { id: 12345, name: "web-server-01" },
      name: "pre-migration",
      status: "in_progress",
      size_mb: null,
      created_at: "2025-01-15T18:30:00Z",
      description: "Before",
      message: expect.stringContaining("3-10 minutes") as string,
    });
  });

  test("the list shows it completed, with its size, after the time its server takes", async () => {
    await create({ server_id: "12345", name: "a" });
    now += 3 * 60_000 - 1;
    expect((await list()).results).toMatchObject([{ status: "in_progress", size_mb: null }]);
    now += 1;
    expect(await list()).toEqual({
      count: 1,
      results: [
        {
          id: 801,
          server: { id: 12345, name: "web-server-01" },
          name: "a",
          status: "completed",
          size_mb: 5120,
          created_at: "2025-01-15T18:30:00Z",
          description: "",
        },
      ],
    });
  });

  test("the list can be of one server, newest first", async () => {
    await create({ server_id: 12345, name: "a" });
    await create({ server_id: 12346, name: "b" });
    await create({ server_id: 12345, name: "c" });
    expect((await list("?server_id=12345")).results.map(({ name }) => name)).toEqual(["c", "a"]);
    expect((await list("?server_id=1")).results).toEqual([]);
    expect((await list()).count).toBe(3);
  });

  test.each([
    ["no server", { name: "a" }, "server_id: This field is required."],
    ["a server of a wrong type", { server_id: true, name: "a" }, "server_id: A valid id is required."],
    ["no name", { server_id: 12345 }, "name: This field is required."],
    ["a name of a wrong type", { server_id: 12345, name: 5 }, "name: Not a valid string."],
    ["a name with a space", { server_id: 12345, name: "a b" }, /^name: Enter a name/],
    ["an empty name", { server_id: 12345, name: "" }, /^name: Enter a name/],
    ["a null description", { server_id: 12345, name: "a", description: null }, /^description: Not a valid/],
    ["a list", [], "Invalid data. Expected an object."],
    ["broken JSON", "{", "JSON parse error."],
  ])("a create with %s is refused with 400", async (_what, body, text) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect((answer.json as { detail: string }).detail).toMatch(text);
    expect(emulator.model.state().snapshots).toEqual([]);
  });

  test("a create that is not JSON is refused with 415, one for an unknown server with 404", async () => {
    const headers = { "content-type": "text/plain" };
    expect((await call("POST", "/snapshots/", { body: "{}", headers })).status).toBe(415);
    expect((await create({ server_id: 1, name: "a" })).status).toBe(404);
  });

  test("the sixth snapshot of a server is refused; failed and unfinished ones count", async () => {
    const finals = ["completed", "failed", "completed", "in_progress"];
    for (const [i, status] of finals.entries()) {
      emulator.outside.createSnapshot({ serverId: 12345, name: `s${i}`, status });
    }
    expect((await create({ server_id: 12345, name: "fifth" })).status).toBe(201);
    const sixth = await create({ server_id: 12345, name: "sixth" });
    expect(sixth.status).toBe(400);
    expect(sixth.json).toEqual({ detail: "Snapshot limit reached. Maximum 5 snapshots per server." });
    expect((await create({ server_id: 12346, name: "elsewhere" })).status).toBe(201);
  });

  test("a delete answers 204 without a body, then 404", async () => {
    await create({ server_id: 12345, name: "a" });
    const answer = await call("DELETE", "/snapshots/801/");
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect((await call("DELETE", "/snapshots/801/")).status).toBe(404);
    expect(await list()).toEqual({ count: 0, results: [] });
  });
});

describe("restoring", () => {
  beforeEach(() => {
    emulator.outside.createSnapshot({ id: 900, serverId: 12345, name: "good" });
  });

  const restore = (id = 900) => call("POST", `/snapshots/${id}/restore/`);
  const status = async () => (await call("GET", "/servers/12345/")).json as { status: string };

  test("it answers as documented, and the server is restoring for the time it takes", async () => {
    const answer = await restore();
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      status: "success",
      message: expect.stringContaining("5-15 minutes") as string,
      snapshot: { id: 900, name: "good", created_at: "2025-01-15T18:30:00Z" },
      server: { id: 12345, name: "web-server-01", status: "restoring" },
    });
    now += 5 * 60_000 - 1;
    expect(await status()).toMatchObject({ status: "restoring" });
    now += 1;
    expect(await status()).toMatchObject({ status: "active", updated_at: "2025-01-15T18:35:00Z" });
    expect(emulator.model.state().restores).toEqual([
      {
        snapshot_id: "900",
        server_id: "12345",
        started_at: "2025-01-15T18:30:00Z",
        finished_at: "2025-01-15T18:35:00Z",
      },
    ]);
  });

  test("it is refused while the server is restoring or suspended, and so is a create while restoring", async () => {
    await restore();
    expect((await restore()).status).toBe(400);
    expect((await create({ server_id: 12345, name: "a" })).status).toBe(400);
    emulator.setBehaviour({ restoringConflictStatus: 409 });
    expect((await create({ server_id: 12345, name: "a" })).status).toBe(409);
    emulator.outside.setServer(12345, { status: "suspended" });
    expect((await restore()).status).toBe(400);
    emulator.outside.setServer(12345, { status: "stopped" });
    expect((await restore()).status).toBe(200);
  });

  test.each(["in_progress", "failed"])("a snapshot that is %s cannot be restored", async (word) => {
    emulator.outside.createSnapshot({ id: 901, serverId: 12345, name: "bad", status: word });
    expect((await restore(901)).status).toBe(400);
    expect((await restore(999)).status).toBe(404);
    expect(emulator.model.state().restores).toEqual([]);
  });
});

describe("servers", () => {
  test("the list has every documented field and can be filtered by status", async () => {
    emulator.outside.setServer(12346, { status: "stopped" });
    const all = (await call("GET", "/servers/")).json as Page;
    expect(all.count).toBe(3);
    const fields = ["id", "name", "hostname", "status", "ip_address", "location", "plan", "os"];
    expect(Object.keys(all.results[0] ?? {})).toEqual([...fields, "created_at", "updated_at"]);
    const stopped = (await call("GET", "/servers/?status=stopped")).json as Page;
    expect(stopped.results.map(({ name }) => name)).toEqual(["db-server-01"]);
  });

  test.each([404, 405] as const)("one server can answer %i", async (serverDetail) => {
    expect((await call("GET", "/servers/12345/")).json).toMatchObject({ name: "web-server-01" });
    emulator.setBehaviour({ serverDetail });
    expect((await call("GET", "/servers/12345/")).status).toBe(serverDetail);
  });
});
