import { createServer } from "node:net";
import { HostError } from "../tools/support/host/host-error";
import { secret } from "../tools/support/host/properties";
import { CANARY, checked, failure, openScene, registered } from "./support/scene";
import type { Scene, SceneOptions } from "./support/scene";

let scene: Scene | undefined;

async function open(options: SceneOptions): Promise<Scene> {
  return (scene = await openScene(options));
}

afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const STALE = "canary-token-of-last-year";

/** All of a state's properties, of a snapshot that another run has made. */
async function recorded({ client, emulator }: Scene) {
  const id = String(emulator.model.outside.createSnapshot({ serverId: 12345, name: "web-0123abc" }));
  const inputs = await checked(client, { serverId: 12345, name: "web-0123abc" });
  const known = { serverName: "web-server-01", status: "completed", createdAt: "2026-01-15T12:00:00Z" };
  return { id, properties: { ...inputs, ...known, __endpoint: emulator.endpoint } };
}

describe("three first calls at once after Configure", () => {
  it("creates on three servers all work and share one look at the account", async () => {
    const { client, emulator } = await open({});
    const servers = [12345, 12346, 12347];
    const inputs = servers.map((serverId) =>
      registered({ serverId: String(serverId), name: `n-${serverId}` }),
    );

    const created = await Promise.all(inputs.map((each) => client.create(each)));

    expect(created.map(({ properties }) => properties["status"])).toEqual(Array(3).fill("completed"));
    const asked = emulator.requests().map(({ method, path, query }) => ({ method, path, query }));
    const list = { method: "GET", path: "/snapshots/", query: {} };
    const post = { method: "POST", path: "/snapshots/", query: {} };
    expect(asked.slice(0, 4)).toEqual([list, post, post, post]);
  });

  it("reads of one server all work and share one request", async () => {
    const { client, emulator } = await open({});
    const ids = ["a", "b", "c"].map((name) =>
      String(emulator.model.outside.createSnapshot({ serverId: 12345, name })),
    );
    const __endpoint = emulator.endpoint;
    const state = (name: string) => registered({ serverId: "12345", name, status: "completed", __endpoint });

    const read = await Promise.all([
      client.read(ids[0] ?? "", state("a")),
      client.read(ids[1] ?? "", state("b")),
      client.read(ids[2] ?? "", state("c")),
    ]);

    expect(read.map(({ id }) => id)).toEqual(ids);
    expect(emulator.requests().map(({ query }) => query)).toEqual([{ server_id: "12345" }]);
  });
});

describe("configuration", () => {
  it("wins over the environment", async () => {
    const env = {
      VPSORG_TOKEN: STALE,
      VPSORG_ENDPOINT: "http://127.0.0.1:9/api/v1",
      VPSORG_POLL_INTERVAL_SECONDS: "60",
    };
    const { client, emulator } = await open({ env });

    await client.create(await checked(client, { serverId: 12345 }));

    expect(emulator.requests().every(({ authorised }) => authorised)).toBe(true);
  });

  it("is taken from the environment where there is none", async () => {
    const port = await freePort();
    const env = {
      VPSORG_TOKEN: CANARY,
      VPSORG_ENDPOINT: `http://127.0.0.1:${port}/api/v1`,
      VPSORG_POLL_INTERVAL_SECONDS: "0.05",
    };
    const none = {
      "vpsorg:token": null,
      "vpsorg:endpoint": null,
      "vpsorg:pollIntervalSeconds": null,
    };
    const { client } = await open({ env, config: none, emulator: { port } });

    const { properties } = await client.create(await checked(client, { serverId: 12345 }));

    expect(properties["status"]).toBe("completed");
  });

  it.each([
    ["a missing token", "token", null, /^there is no VPS\.org API token: run `pulumi config set --secret/],
    ["a token with a line break", "token", secret("two\nlines"), /^the API token in vpsorg:token holds/],
    ["an endpoint that is no URL", "endpoint", "vps", /^the endpoint in vpsorg:endpoint is not a URL/],
    ["plain http elsewhere", "endpoint", "http://vps.example", /must start with https:\/\//],
    [
      "a wrong interval",
      "pollIntervalSeconds",
      "often",
      /^vpsorg:pollIntervalSeconds is not a number: it must/,
    ],
  ])("%s is a check failure with text, and nothing is asked", async (_what, key, value, reason) => {
    const current = await open({ config: { [`vpsorg:${key}`]: value } });

    const { failures } = await current.client.check({}, registered({ serverId: 12345 }));

    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(reason) as string }]);
    expect(current.requests()).toEqual([]);
    expect(current.host.lines).toEqual([]);
  });

  it("that is missing at a refresh or a destroy, where nothing is checked, is an error with the same text", async () => {
    const { client } = await open({ config: { "vpsorg:token": null } });
    const state = registered({ serverId: "12345", name: "web", status: "completed" });

    for (const call of ["read", "delete"] as const) {
      const { message } = await failure(client[call]("801", state), HostError);
      expect(message).toMatch(
        /^there is no VPS\.org API token: run `pulumi config set --secret vpsorg:token`/,
      );
    }
  });
});

describe("a token that is not accepted any more", () => {
  it("from the copy that the state holds: the error says so and what to run, and the state is not lost", async () => {
    const current = await open({ config: { "vpsorg:token": secret(STALE) } });
    const name = "web-0123abc";
    const id = String(current.emulator.model.outside.createSnapshot({ serverId: 12345, name }));
    // Nothing is checked: no program runs.
    const __endpoint = current.emulator.endpoint;
    const properties = registered({ serverId: "12345", name, status: "completed", __endpoint });

    for (const call of ["read", "delete"] as const) {
      const { message } = await failure(current.client[call](id, properties), HostError);
      expect(message).toContain("401");
      expect(message).toContain(
        "the token is that of vpsorg:token (with --run-program as it is in the configuration, otherwise the copy that the last run " +
          "of the program has stored in the state). Set a valid one with `pulumi config set --secret vpsorg:token`; `pulumi " +
          "refresh` and `pulumi destroy` use that with --run-program, or after a `pulumi up`. --run-program runs the program: a " +
          "restoreSnapshot with everyRun: true in it restores again.",
      );
      expect(message).not.toContain(STALE);
    }
    expect(current.emulator.model.listSnapshots()).toHaveLength(1);
    // A refused token is not tried again and again: that may lock an account.
    expect(current.emulator.requests()).toHaveLength(2);
  });

  it("from the environment: the error names the variable", async () => {
    const port = await freePort();
    const current = await open({
      config: { "vpsorg:token": null, "vpsorg:endpoint": null },
      env: { VPSORG_TOKEN: STALE, VPSORG_ENDPOINT: `http://127.0.0.1:${port}/api/v1` },
      emulator: { port },
    });
    const { id, properties } = await recorded(current);

    const { message } = await failure(current.client.read(id, properties), HostError);

    expect(message).toContain("environment variable VPSORG_TOKEN");
    expect(message).not.toContain(STALE);
  });

  it("at the create: nothing is made and nothing recorded", async () => {
    const current = await open({ config: { "vpsorg:token": secret(STALE) } });
    const inputs = await checked(current.client, { serverId: 12345 });

    const error = await failure(current.client.create(inputs), HostError);

    expect(error.partial).toBeUndefined();
    expect(error.message).toContain("vpsorg:token");
    expect(current.emulator.model.listSnapshots()).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
