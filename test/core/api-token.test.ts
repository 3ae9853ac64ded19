import { createServer } from "node:http";
import * as net from "node:net";
import { inspect } from "node:util";
import { VpsorgError } from "../../provider/api";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { startEmulator } from "../tools/emulator";
import type { Emulator, FaultAction } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

let emulator: Emulator;
let clock: SimulatedClock;
let servers: net.Server[];
let sockets: net.Socket[];

beforeEach(async () => {
  [servers, sockets] = [[], []];
  clock = new SimulatedClock();
  emulator = await startEmulator({ token: CANARY, now: () => clock.now() });
});

afterEach(async () => {
  clock.close();
  servers.forEach((server) => server.close());
  sockets.forEach((socket) => socket.destroy());
  await emulator.close();
});

/** Listens until the test is over, however it ends. */
async function listen(server: net.Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket: net.Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

function clientOf(endpoint: string, token = CANARY): VpsorgClient {
  const limits = { connectMs: 5000, requestMs: 5000, maxBytes: 1024 * 1024 };
  return createClient({ endpoint, token, clock, limits });
}

/** Everything of an error that a log, a state file or a debugger could show. */
function everything(error: unknown): string {
  const shown: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    shown.push(String(at), at.stack ?? "", JSON.stringify(at));
    shown.push(JSON.stringify(at, Object.getOwnPropertyNames(at)));
    shown.push(inspect(at, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null }));
  }
  return shown.join("\n");
}

async function failureOf(work: Promise<unknown>): Promise<VpsorgError> {
  const error = await work.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VpsorgError);
  return error as VpsorgError;
}

const status = (code: number, body: unknown, headers: Record<string, string> = {}): FaultAction => ({
  kind: "status",
  status: code,
  body,
  headers,
});
const page = (item: unknown, more: object = {}): FaultAction => ({
  kind: "replaceBody",
  body: { count: 1, results: [item], ...more },
});
const said = `no such token: ${CANARY}`;
const escaped = CANARY.replaceAll(/./g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);

const failures: readonly (readonly [string, string, FaultAction])[] = [
  ["400", "API_ERROR", status(400, { name: [said] })],
  ["401", "AUTH_FAILED", status(401, { detail: said })],
  ["403", "AUTH_FAILED", status(403, { error: said })],
  ["404", "NOT_FOUND", status(404, { message: said })],
  ["409", "API_ERROR", status(409, said)],
  ["429", "RATE_LIMITED", status(429, { detail: said }, { "retry-after": "999" })],
  ["500", "API_ERROR", status(500, { [CANARY]: [CANARY] })],
  ["502 as HTML", "API_ERROR", status(502, `<html><title>${said}</title>${said}</html>`)],
  ["503 in a long text", "API_ERROR", status(503, `${"x".repeat(110)}${CANARY}`)],
  ["a token in escapes", "API_ERROR", status(500, `{"detail":"${escaped}"}`)],
  ["a request id", "API_ERROR", status(500, { detail: "x" }, { "x-request-id": CANARY })],
  ["a redirect", "RESPONSE_SHAPE", { kind: "redirect", location: `https://other.test/?token=${CANARY}` }],
  ["a Retry-After", "RATE_LIMITED", status(429, {}, { "retry-after": CANARY })],
  ["HTML", "RESPONSE_SHAPE", { kind: "html" }],
  ["no JSON", "RESPONSE_SHAPE", { kind: "replaceBody", body: said }],
  ["no page", "RESPONSE_SHAPE", { kind: "replaceBody", body: { [CANARY]: said } }],
  ["a wrong entry", "RESPONSE_SHAPE", page({ id: said, name: said })],
  ["a next elsewhere", "RESPONSE_SHAPE", { kind: "next", url: `https://${CANARY}.test/` }],
  ["a next that is none", "RESPONSE_SHAPE", { kind: "next", url: `https://${CANARY}:x/` }],
  ["an incomplete list", "INCOMPLETE_LIST", { kind: "patch", set: { count: 9 } }],
  ["half a list", "RESPONSE_SHAPE", { kind: "truncate" }],
  ["nothing", "RESPONSE_SHAPE", { kind: "empty" }],
  ["a deep one", "RESPONSE_SHAPE", { kind: "deep", depth: 100 }],
  ["a huge one", "RESPONSE_SHAPE", { kind: "oversized", bytes: 3_000_000 }],
  ["a reset", "CONNECTION", { kind: "reset" }],
  ["a close", "CONNECTION", { kind: "close" }],
  ["a stall", "CONNECTION", { kind: "stall" }],
  ["a stall in the body", "CONNECTION", { kind: "stallBody" }],
  ["a cut body", "CONNECTION", { kind: "cutBody" }],
];

test.each(failures)("no error shows the token: %s", async (_what, code, action) => {
  emulator.fault({ match: {}, action, times: 0 });
  const client = clientOf(emulator.endpoint);
  const error = await failureOf(client.listSnapshots({ attempts: 1 }));
  expect(error.code).toBe(code);
  expect(everything(error)).not.toContain(CANARY);
});

test.each<[string, (client: VpsorgClient) => Promise<unknown>]>([
  ["a create", (client) => client.createSnapshot({ serverId: "12345", name: "a" })],
  ["a delete", (client) => client.deleteSnapshot("801")],
  ["a restore", (client) => client.restoreSnapshot("801")],
  ["a server", (client) => client.getServer("12345")],
])("no error of %s shows the token", async (_what, work) => {
  for (const action of [status(400, { detail: said }), status(401, said), { kind: "reset" } as const]) {
    emulator.clearFaults();
    emulator.fault({ match: {}, action, times: 0 });
    expect(everything(await failureOf(work(clientOf(emulator.endpoint))))).not.toContain(CANARY);
  }
});

test("no error of a broken connection shows the token", async () => {
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => socket.end(data));
  });
  const port = await listen(server);
  for (const scheme of ["http", "https"]) {
    const error = await failureOf(
      clientOf(`${scheme}://127.0.0.1:${port}/v1`).listSnapshots({ attempts: 1 }),
    );
    expect([error.code, everything(error).includes(CANARY)]).toEqual(["CONNECTION", false]);
  }
  await new Promise((resolve) => server.close(resolve));
  sockets.forEach((socket) => socket.destroy());
  const refused = await failureOf(clientOf(`http://127.0.0.1:${port}/v1`).listSnapshots());
  expect([refused.code, everything(refused).includes(CANARY)]).toEqual(["CONNECTION", false]);
});

test("no error of an abort shows the token, not even one that the caller put there", async () => {
  const signal = AbortSignal.abort(new Error(`mine: ${CANARY}`));
  const error = await failureOf(clientOf(emulator.endpoint).listSnapshots({ signal }));
  expect([error.code, everything(error).includes(CANARY)]).toEqual(["ABORTED", false]);
});

test.each([301, 302, 303, 307, 308])("a redirect (%d) does not carry the token along", async (code) => {
  const visits: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    visits.push(request.headers.authorization);
    response.end('{"count":0,"results":[]}');
  });
  const location = `http://127.0.0.1:${await listen(elsewhere)}/`;
  emulator.fault({ match: {}, action: { kind: "redirect", location, status: code }, times: 0 });

  const client = clientOf(emulator.endpoint);
  const list = (): Promise<unknown> => client.listSnapshots({ attempts: 1 });
  const create = (): Promise<unknown> => client.createSnapshot({ serverId: "12345", name: "a" });
  for (const work of [list, create]) {
    const { code: kind, message } = await failureOf(work());
    expect(kind).toBe("RESPONSE_SHAPE");
    expect(message).toContain(`it redirects to ${location} (status ${code}); redirects are not followed`);
  }
  expect(visits).toEqual([]);
});

describe("an answer that echoes the token", () => {
  const echoing = (mark: string): FaultAction => ({
    kind: "patch",
    set: { "results.0.name": mark, "results.0.description": mark, "results.0.server.name": mark },
  });

  test("is redacted before anything is recorded", async () => {
    emulator.outside.createSnapshot({ serverId: 12345, name: "a" });
    emulator.fault({ match: {}, action: echoing(`a ${CANARY} b ${CANARY}`) });
    expect(await clientOf(emulator.endpoint).listSnapshots()).toMatchObject([
      { name: "a [token] b [token]", description: "a [token] b [token]", serverName: "a [token] b [token]" },
    ]);
  });

  const between = (mark: string): string => Array.from(CANARY).join(mark);
  test.each([
    ["control characters", between("\u0000")],
    ["one of them", CANARY.replace("token", "to\u009bken")],
    ["very many of them", CANARY.replace("token", `to${"\u0007".repeat(1000)}ken`)],
    ["invisible characters", between("\u200b\u00ad\ufeff\u2060")],
    ["characters that reorder a line", between("\u202e\u2066")],
    ["tags and selectors", between("\u{e0001}\ufe0f")],
    ["line breaks", between("\r\n")],
    ["line separators", between("\u2028")],
  ])("is redacted where the token holds %s", async (_what, mark) => {
    emulator.outside.createSnapshot({ serverId: 12345, name: "a" });
    emulator.fault({ match: {}, action: echoing(`a ${mark} b`) });
    const [listed] = await clientOf(emulator.endpoint).listSnapshots();
    expect(listed).toMatchObject({
      name: "a [token] b",
      description: "a [token] b",
      serverName: "a [token] b",
    });
    for (const body of [{ detail: `no ${mark}` }, `no ${mark}`, `<html><title>no ${mark}</title>`]) {
      emulator.fault({ match: {}, action: status(400, body) });
      const error = await failureOf(clientOf(emulator.endpoint).listSnapshots());
      expect(error.message).toContain("no [token]");
    }
  });

  test.each([
    ["escapes of JSON", escaped],
    ["such escapes in capitals", escaped.toUpperCase().replaceAll("\\U", "\\u")],
    ["escapes and letters", CANARY.replaceAll("a", "\\u0061").replaceAll("-", "%2D")],
    [
      "escapes of a URL",
      Array.from(CANARY)
        .map((char) => `%${char.charCodeAt(0).toString(16)}`)
        .join(""),
    ],
    ["escaped control characters", CANARY.replaceAll("-", "\\u0000-\\n\\r\\t\\b\\f\\u200B")],
  ])("is redacted in a text that nobody parses, where it comes in %s", async (_what, mark) => {
    const body = `{"detail":"no ${mark}`;
    emulator.fault({ match: {}, action: status(400, body) });
    expect((await failureOf(clientOf(emulator.endpoint).listSnapshots())).message).toContain("no [token]");
  });

  test("is looked for in a time that grows with the text alone", async () => {
    const token = `${"a\\/".repeat(20)}b`;
    const hostile = ["a", "a\u0000", "a\\n", "a\\/", "\\u0061", "a\\\\"].map((part) =>
      part.repeat(Math.floor(2_000_000 / part.length)),
    );
    hostile.push(`a\\/${"\u0000".repeat(10_000_000)}`);
    let next = 0;
    const server = createServer((_request, response) => response.end(hostile[next++]));
    const client = clientOf(`http://127.0.0.1:${await listen(server)}/api/v1`, token);
    const begun = performance.now();
    for (const _text of hostile) {
      await expect(client.listSnapshots({ attempts: 1 })).rejects.toMatchObject({ code: "RESPONSE_SHAPE" });
    }
    expect(performance.now() - begun).toBeLessThan(20_000);
    server.closeAllConnections();
  }, 60_000);

  test.each(["has/slash-4f9d1c77", 'has"quote-4f9d1c77', "has\\backslash-4f9d1c77", "$&-4f9d1c77"])(
    "is redacted where the token is %s",
    async (token) => {
      const server = createServer((_request, response) => {
        response.statusCode = 401;
        response.end(JSON.stringify({ detail: `bad token ${token}` }).replaceAll("/", "\\/"));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as net.AddressInfo;
      const error = await failureOf(clientOf(`http://127.0.0.1:${port}/api/v1`, token).listSnapshots());
      server.close();
      server.closeAllConnections();
      expect(error).toMatchObject({ code: "AUTH_FAILED", detail: "bad token [token]" });
    },
  );
});
