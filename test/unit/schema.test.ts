import {
  firstProblem,
  pageSchema,
  restoreSchema,
  serverSchema,
  snapshotSchema,
  toRestore,
  toServer,
  toSnapshot,
} from "../../provider/api/schema";

const UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const snapshot = {
  id: 801,
  server: { id: 12345, name: "web-server-01" },
  name: "pre-migration-snapshot",
  status: "completed",
  size_mb: 5120,
  created_at: "2025-01-15T18:30:00Z",
  description: "Before major migration",
};
const without = (key: string): unknown =>
  Object.fromEntries(Object.entries(snapshot).filter(([name]) => name !== key));

function problemOf(
  schema: typeof snapshotSchema | typeof serverSchema,
  value: unknown,
  prefix?: string,
): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error("it was accepted");
  return firstProblem(parsed.error, prefix);
}

describe("a snapshot", () => {
  test("as documented", () => {
    expect(toSnapshot(snapshotSchema.parse(snapshot))).toEqual({
      id: "801",
      serverId: "12345",
      serverName: "web-server-01",
      name: "pre-migration-snapshot",
      status: "completed",
      sizeMb: 5120,
      createdAt: "2025-01-15T18:30:00Z",
      description: "Before major migration",
    });
  });

  test("that has just been started, with ids as UUIDs and keys of tomorrow", () => {
    const wire = {
      ...snapshot,
      id: UUID,
      server: { id: UUID, plan: "L" },
      size_mb: null,
      description: null,
      region: { id: 1 },
    };
    const record = toSnapshot(snapshotSchema.parse(wire));
    expect(record).toEqual({
      id: UUID,
      serverId: UUID,
      serverName: "",
      name: "pre-migration-snapshot",
      status: "completed",
      createdAt: "2025-01-15T18:30:00Z",
    });
    expect(Object.keys(record)).not.toContain("sizeMb");
    expect(Object.keys(record)).not.toContain("description");
  });

  test.each(["size_mb", "description"])("without %s", (key) => {
    expect(snapshotSchema.safeParse(without(key)).success).toBe(true);
  });

  test("an empty description is none, a size of 0 is one", () => {
    const record = toSnapshot(snapshotSchema.parse({ ...snapshot, description: "", size_mb: 0 }));
    expect(record).not.toHaveProperty("description");
    expect(record.sizeMb).toBe(0);
  });

  test.each([
    ["2025-01-15T18:30:00Z", "2025-01-15T18:30:00Z"],
    ["2025-01-15T18:30:00+02:00", "2025-01-15T18:30:00+02:00"],
    ["2025-01-15T18:30:00.250000", "2025-01-15T18:30:00.250000Z"],
    ["2025-01-15 18:30", "2025-01-15T18:30Z"],
    ["2025-01-15", "2025-01-15"],
    ["yesterday", "yesterday"],
  ])("was made at a time that needs a zone: %s is %s", (created_at, createdAt) => {
    expect(toSnapshot(snapshotSchema.parse({ ...snapshot, created_at })).createdAt).toBe(createdAt);
  });

  test("loses control characters in every text", () => {
    const dirty = "a\u001b[2J\u202eb";
    const wire = {
      ...snapshot,
      server: { id: 1, name: dirty },
      name: dirty,
      status: dirty,
      created_at: dirty,
      description: `${dirty}\nsecond line`,
    };
    expect(toSnapshot(snapshotSchema.parse(wire))).toMatchObject({
      serverName: "a[2Jb",
      name: "a[2Jb",
      status: "a[2Jb",
      createdAt: "a[2Jb",
      description: "a[2Jb\nsecond line",
    });
  });

  test("is one line of bounded length in every text but the description, and holds no command", () => {
    const dirty = "\n::error::a\r\n##[group]b\u200b" + "x".repeat(5000);
    const wire = {
      ...snapshot,
      server: { id: 1, name: dirty },
      name: dirty,
      status: dirty,
      created_at: dirty,
    };
    const { serverName, name, status, createdAt, description } = toSnapshot(
      snapshotSchema.parse({ ...wire, description: dirty }),
    );
    const server = toServer(serverSchema.parse({ id: 1, name: dirty, status: dirty }));
    for (const text of [serverName, name, status, createdAt, server.name, server.status]) {
      expect(text).toMatch(/^: :error::a ## \[group\]bx+…$/);
      expect(text.length).toBeLessThanOrEqual(1000);
    }
    expect(status.length).toBeLessThanOrEqual(100);
    expect(description).toBe(`\n: :error::a\r\n## [group]b${"x".repeat(5000)}`);
  });

  test("keeps a name as it is, however long a program may make it", () => {
    const name = "a-Long_name0".repeat(80);
    expect(toSnapshot(snapshotSchema.parse({ ...snapshot, name })).name).toBe(name);
  });

  test.each(["id", "server", "name", "status", "created_at"])("without %s is refused, by name", (key) => {
    expect(problemOf(snapshotSchema, without(key))).toMatch(new RegExp(`^${key} `));
  });

  test.each<[string, object]>([
    ["id", { id: null }],
    ["id", { id: 0 }],
    ["id", { id: -1 }],
    ["id", { id: 1.5 }],
    ["id", { id: 2 ** 53 }],
    ["id", { id: "" }],
    ["id", { id: "a/b" }],
    ["id", { id: ".." }],
    ["id", { id: "8 01" }],
    ["id", { id: "x".repeat(65) }],
    ["server", { server: null }],
    ["server", { server: 12345 }],
    ["server.id", { server: { name: "web" } }],
    ["server.name", { server: { id: 1, name: 5 } }],
    ["name", { name: 5 }],
    ["status", { status: null }],
    ["status", { status: ["completed"] }],
    ["size_mb", { size_mb: "5120" }],
    ["size_mb", { size_mb: -1 }],
    ["created_at", { created_at: 1737000000 }],
    ["description", { description: {} }],
  ])("a wrong %s is named: %j", (path, change) => {
    expect(problemOf(snapshotSchema, { ...snapshot, ...change })).toMatch(new RegExp(`^${path} `));
    expect(problemOf(snapshotSchema, { ...snapshot, ...change }, "results[3]")).toMatch(
      new RegExp(`^results\\[3\\]\\.${path} `),
    );
  });

  test.each<[string, object]>([
    ["results[3].status should be string", { status: 5 }],
    ["results[3].server should be object", { server: null }],
    ["results[3].id is neither of the forms that it can have", { id: null }],
    ["results[3].size_mb is too small", { size_mb: -1 }],
  ])("%s", (problem, change) => {
    expect(problemOf(snapshotSchema, { ...snapshot, ...change }, "results[3]")).toBe(problem);
  });

  test.each([[null], ["text"], [5], [[]]])("%j is none", (value) => {
    expect(problemOf(snapshotSchema, value)).toMatch(/^the answer /);
    expect(problemOf(snapshotSchema, value, "results[0]")).toMatch(/^results\[0\] /);
  });
});

describe("ids", () => {
  test.each([
    [1, "1"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    ["801", "801"],
    [UUID, UUID],
  ])("%j is %s", (wire, expected) => {
    const server = toServer(serverSchema.parse({ id: wire, name: "web", status: "active" }));
    expect(server.id).toBe(expected);
  });

  test("a UUID is the same id in capitals, as it is in an argument", () => {
    const { id } = toServer(serverSchema.parse({ id: UUID.toUpperCase(), name: "web", status: "active" }));
    expect(id).toBe(UUID);
  });
});

describe("other answers", () => {
  test.each([["id"], ["name"], ["status"]])("a server without %s is refused, by name", (key) => {
    const server = { id: 1, name: "web", status: "active", [key]: undefined };
    expect(problemOf(serverSchema, server)).toMatch(new RegExp(`^${key} `));
  });

  const accepted = {
    status: "success",
    message: "5-15 minutes",
    snapshot: { id: 801, name: "a", created_at: "2025-01-15T18:30:00Z" },
    server: { id: 12345, name: "web", status: "restoring" },
  };

  test("a restore as documented", () => {
    expect(toRestore(restoreSchema.parse(accepted))).toEqual({
      snapshotId: "801",
      snapshotName: "a",
      server: { id: "12345", name: "web", status: "restoring" },
    });
  });

  test.each<[string, object]>([
    ["snapshot", { snapshot: undefined }],
    ["snapshot.id", { snapshot: { name: "a" } }],
    ["server.status", { server: { id: 1, name: "web" } }],
  ])("a restore with a wrong %s", (path, change) => {
    const parsed = restoreSchema.safeParse({ ...accepted, ...change });
    expect(parsed.success ? "" : firstProblem(parsed.error)).toMatch(new RegExp(`^${path} `));
  });

  test("a page keeps items that nobody has looked at yet", () => {
    expect(pageSchema.parse({ count: 1, results: [null], next: null }).results).toEqual([null]);
  });
});
