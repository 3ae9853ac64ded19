import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import * as net from "node:net";
import * as tls from "node:tls";
import { inspect } from "node:util";
import { runInThisContext } from "node:vm";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

/** One value of ASN.1 in DER. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const extension = (id: string, value: Buffer): Buffer => der(0x30, oid(id), der(0x04, value));

/** A certificate that signs itself, made here so that no key lies about in the repository. */
function selfSigned(host: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(0x30, oid("2a8648ce3d040302"));
  const name = der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, Buffer.from(host)))));
  const names = der(0x30, der(0x82, Buffer.from(host)), der(0x87, Buffer.from([127, 0, 0, 1])));
  const validity = der(
    0x30,
    der(0x17, Buffer.from("250101000000Z")),
    der(0x17, Buffer.from("491231235959Z")),
  );
  const authority = der(0x30, der(0x01, Buffer.from([255])));
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(0x30, extension("551d13", authority), extension("551d11", names))),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", content, privateKey)]));
  const base64 = der(0x30, content, algorithm, signature).toString("base64");
  return {
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

const HOST = "api.vpsorg.test";
const trusted = selfSigned(HOST);
const builtIn = tls.getCACertificates("default");
const EMPTY = '{"count":0,"results":[]}';
const OK = `HTTP/1.1 200 OK\r\nContent-Length: ${EMPTY.length}\r\n\r\n${EMPTY}`;

let clock: SimulatedClock;
let opened: { server: net.Server; sockets: Set<net.Socket> }[];
const environment = { ...process.env };

beforeAll(() => tls.setDefaultCACertificates([trusted.cert]));
afterAll(() => tls.setDefaultCACertificates(builtIn));

beforeEach(() => {
  clock = new SimulatedClock();
  opened = [];
  for (const name of Object.keys(process.env))
    if (/_proxy$/i.test(name)) Reflect.deleteProperty(process.env, name);
});

afterEach(() => {
  clock.close();
  for (const name of Object.keys(process.env))
    if (/_proxy$/i.test(name)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  for (const { server, sockets } of opened) {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  }
});

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  opened.push({ server, sockets });
  server.on("connection", (socket: net.Socket) => sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

interface SecureServer {
  readonly port: number;
  /** The head of each request that came. */
  readonly heads: string[];
  connections: number;
}

/** TLS by hand, so that a test can spoil what is below it. */
async function serveTls(
  answer: (secure: tls.TLSSocket, raw: net.Socket) => unknown,
  certificate = trusted,
): Promise<SecureServer> {
  const context = tls.createSecureContext(certificate);
  const served = { heads: [] as string[], connections: 0 };
  const server = net.createServer((raw) => {
    served.connections++;
    const secure = new tls.TLSSocket(raw, { isServer: true, secureContext: context });
    secure.on("error", () => undefined);
    secure.on("data", (data: Buffer) => {
      served.heads.push(data.toString());
      answer(secure, raw);
    });
  });
  return Object.assign(served, { port: await listen(server) });
}

interface Proxy {
  readonly url: string;
  /** The head of each CONNECT. */
  readonly connects: string[];
  /** How many of its connections are open. */
  readonly open: () => number;
}

/** A proxy that tunnels every host to one port of this machine, or answers as told. */
async function serveProxy(
  target: number,
  refuse?: string | ((socket: net.Socket) => unknown),
): Promise<Proxy> {
  const connects: string[] = [];
  let open = 0;
  const server = net.createServer((socket) => {
    open++;
    socket.once("close", () => open--);
    socket.once("data", (data: Buffer) => {
      connects.push(data.toString());
      if (refuse !== undefined) {
        if (typeof refuse === "string") socket.end(refuse);
        else refuse(socket);
        return;
      }
      const onward = net.connect(target, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => undefined);
      socket.on("close", () => onward.destroy());
    });
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, connects, open: () => open };
}

function clientOf(endpoint: string, limits = { connectMs: 10_000, requestMs: 10_000 }): VpsorgClient {
  return createClient({ endpoint, token: CANARY, clock, limits });
}

const create = (client: VpsorgClient): Promise<unknown> =>
  client.createSnapshot({ serverId: "1", name: "a" });

describe("TLS", () => {
  test("one connection for many reads", async () => {
    const server = await serveTls((secure) => secure.write(OK));
    const client = clientOf(`https://127.0.0.1:${server.port}/api/v1`);
    for (let i = 0; i < 5; i++) await client.listSnapshots();
    expect([server.heads.length, server.connections]).toEqual([5, 1]);
    expect(server.heads[0]).toContain(`Authorization: Bearer ${CANARY}`);
  });

  test.each([
    ["nobody vouches for", selfSigned(HOST), "127.0.0.1"],
    ["is somebody else's", trusted, "localhost"],
  ])("a certificate that %s: nothing is sent", async (_what, certificate, host) => {
    const server = await serveTls((secure) => secure.write(OK), certificate);
    const client = clientOf(`https://${host}:${server.port}/api/v1`);
    await expect(create(client)).rejects.toMatchObject({
      code: "CONNECTION",
      sent: false,
      message: expect.stringContaining("to POST /snapshots/: the TLS connection failed: ") as string,
    });
    expect(server.heads).toEqual([]);
  });

  test("NODE_TLS_REJECT_UNAUTHORIZED=0 makes no certificate trusted", async () => {
    const server = await serveTls((secure) => secure.write(OK), selfSigned(HOST));
    const proxy = await serveProxy(server.port);
    process.env["HTTPS_PROXY"] = proxy.url;
    // A test's own process.env is a copy, which Node does not read.
    const real = runInThisContext("process.env") as NodeJS.ProcessEnv;
    real["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      for (const endpoint of [`https://127.0.0.1:${server.port}/api/v1`, `https://${HOST}/api/v1`]) {
        await expect(create(clientOf(endpoint))).rejects.toMatchObject({
          code: "CONNECTION",
          sent: false,
          message: expect.stringMatching(/the TLS connection failed: .* NODE_EXTRA_CA_CERTS/) as string,
        });
      }
    } finally {
      delete real["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
    expect([server.heads, proxy.connects.length]).toEqual([[], 1]);
  });

  test("an untrusted certificate is as untrusted the next time", async () => {
    const server = await serveTls((secure) => secure.write(OK), selfSigned(HOST));
    const client = clientOf(`https://127.0.0.1:${server.port}/api/v1`);
    await expect(client.listSnapshots()).rejects.toMatchObject({ code: "CONNECTION" });
    expect(server.connections).toBe(1);
  });

  test("a connection that is spoilt after a POST leaves open whether it happened", async () => {
    // A record that cannot be decrypted, instead of an answer.
    const garbage = Buffer.concat([Buffer.from([0x17, 3, 3, 0, 64]), randomBytes(64)]);
    const server = await serveTls((_secure, raw) => raw.write(garbage));
    const client = clientOf(`https://127.0.0.1:${server.port}/api/v1`);
    const failure = await create(client).catch((error: unknown) => error);
    expect(server.heads.map((head) => head.split(" ")[0])).toEqual(["POST"]);
    expect(failure).toMatchObject({ code: "CONNECTION", sent: true });
  });
});

describe("a proxy of the environment", () => {
  const endpoint = `https://${HOST}/api/v1`;

  test.each(["HTTPS_PROXY", "https_proxy"])("%s is used, and sees neither token nor path", async (name) => {
    const server = await serveTls((secure) => secure.write(OK));
    const proxy = await serveProxy(server.port);
    process.env[name] = proxy.url.replace("http://", "http://user:secret@");
    expect(await clientOf(endpoint).listSnapshots()).toEqual([]);
    expect(proxy.connects).toHaveLength(1);
    expect(proxy.connects[0]).toMatch(new RegExp(`^CONNECT ${HOST}:443 HTTP/1.1\\r\\n`));
    expect(proxy.connects[0]).toContain(`Basic ${Buffer.from("user:secret").toString("base64")}`);
    expect(proxy.connects[0]).not.toMatch(new RegExp(`${CANARY}|Bearer|snapshots`));
    expect(server.heads[0]).toMatch(/^GET \/api\/v1\/snapshots\/ HTTP\/1.1\r\n/);
    expect(server.heads[0]).not.toContain("Proxy-Authorization");
  });

  test.each(["http", "https"])("is not used for this machine (%s)", async (scheme) => {
    const secure = await serveTls((socket) => socket.write(OK));
    const plain = await listen(net.createServer((socket) => socket.on("data", () => socket.write(OK))));
    const proxy = await serveProxy(secure.port);
    for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"]) {
      process.env[name] = proxy.url;
    }
    const port = scheme === "http" ? plain : secure.port;
    expect(await clientOf(`${scheme}://127.0.0.1:${port}/api/v1`).listSnapshots()).toEqual([]);
    expect(proxy.connects).toEqual([]);
  });

  test.each(["0.0.0.0", "*"])("NO_PROXY=%s goes by it", async (noProxy) => {
    const proxy = await serveProxy(1);
    Object.assign(process.env, { HTTPS_PROXY: proxy.url, NO_PROXY: noProxy });
    // Nobody listens there; what matters is who is asked.
    await expect(clientOf("https://0.0.0.0:1/api/v1").listSnapshots()).rejects.toMatchObject({
      code: "CONNECTION",
    });
    expect(proxy.connects).toEqual([]);
  });

  test("NO_PROXY of another host does not matter", async () => {
    const server = await serveTls((secure) => secure.write(OK));
    const proxy = await serveProxy(server.port);
    Object.assign(process.env, { HTTPS_PROXY: proxy.url, NO_PROXY: "other.test" });
    await clientOf(endpoint).listSnapshots();
    expect(proxy.connects).toHaveLength(1);
  });

  test("that refuses: the API was never reached, and no secret shows", async () => {
    const refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    const proxy = await serveProxy(1, refusal);
    process.env["HTTPS_PROXY"] = proxy.url.replace("http://", "http://user:secret@");
    const failure = await create(clientOf(endpoint)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "ConnectionError", sent: false });
    expect(String(failure)).not.toMatch(/secret|canary/);
    expect(proxy.connects.filter((head) => head.includes(CANARY))).toEqual([]);
  });

  test("that is down: nothing was sent", async () => {
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:1";
    await expect(create(clientOf(endpoint))).rejects.toMatchObject({ code: "CONNECTION", sent: false });
  });
});

describe("a proxy that speaks in the API's place is not believed", () => {
  const endpoint = `https://${HOST}/api/v1`;
  const server = { id: 1, name: "a", status: "active" };
  // Fits what every call is answered with.
  const body = JSON.stringify({
    ...{ count: 0, results: [], id: 1, name: "a", status: "active", created_at: "", detail: "Not found." },
    ...{ server, snapshot: { id: 801, name: "a" } },
  });
  const operations: readonly (readonly [string, string, (client: VpsorgClient) => Promise<unknown>])[] = [
    ["a list", "GET /snapshots/", (client) => client.listSnapshots()],
    ["a create", "POST /snapshots/", create],
    ["a delete", "DELETE /snapshots/801/", (client) => client.deleteSnapshot("801")],
    ["a restore", "POST /snapshots/801/restore/", (client) => client.restoreSnapshot("801")],
    ["a server", "GET /servers/1/", (client) => client.getServer("1")],
  ];
  const forged = (status: number): string =>
    `HTTP/1.1 ${status} x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const cases = [100, 200, 201, 202, 203, 204, 301, 400, 401, 404, 407, 429, 502].flatMap((status) =>
    operations.map(([what, line, work]) => [what, status, line, work] as const),
  );

  test.each(cases)("%s, answered %d", async (_what, status, line, work) => {
    const proxy = await serveProxy(1, forged(status));
    process.env["HTTPS_PROXY"] = proxy.url;
    await expect(work(clientOf(endpoint))).rejects.toMatchObject({
      name: "ConnectionError",
      sent: false,
      message: `no answer from VPS.org to ${line}: the proxy answered ${status} and opened no tunnel; check HTTPS_PROXY`,
    });
    // What may pass is tried again, whatever the call: it never left.
    expect(proxy.connects).toHaveLength(status < 500 ? 1 : 5);
    expect(proxy.connects.join()).not.toContain(CANARY);
  });

  test.each(operations)("%s, answered within a tunnel without TLS", async (_what, line, work) => {
    const proxy = await serveProxy(1, (socket) => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.on("data", () => socket.end(forged(200)));
    });
    process.env["HTTPS_PROXY"] = proxy.url;
    await expect(work(clientOf(endpoint))).rejects.toMatchObject({
      name: "ConnectionError",
      sent: false,
      message: expect.stringContaining(`no answer from VPS.org to ${line}: `) as string,
    });
  });

  test.each(operations)("%s, answered with another's certificate", async (_what, line, work) => {
    const impostor = await serveTls((secure) => secure.write(forged(200)), selfSigned(HOST));
    const proxy = await serveProxy(impostor.port);
    process.env["HTTPS_PROXY"] = proxy.url;
    await expect(work(clientOf(endpoint))).rejects.toMatchObject({
      name: "ConnectionError",
      sent: false,
      message: expect.stringContaining(`to ${line}: the TLS connection failed: `) as string,
    });
    expect(impostor.heads).toEqual([]);
  });

  test.each([
    ["closes", (socket: net.Socket) => socket.end()],
    ["resets", (socket: net.Socket) => socket.resetAndDestroy()],
    ["speaks no HTTP", (socket: net.Socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")],
    [
      "has headers without end",
      (socket: net.Socket) => socket.write(`HTTP/1.1 200 x\r\na: ${"b".repeat(99_999)}`),
    ],
  ])("it %s: never sent, so sent again, and nothing is waited for", async (_what, refuse) => {
    const proxy = await serveProxy(1, refuse);
    process.env["HTTPS_PROXY"] = proxy.url;
    await expect(create(clientOf(endpoint))).rejects.toMatchObject({
      name: "ConnectionError",
      sent: false,
      message: expect.stringMatching(
        /^no answer .*: the proxy gave no answer \(.*\); check HTTPS_PROXY$/,
      ) as string,
    });
    expect([proxy.connects.length, clock.slept.length]).toEqual([5, 4]);
  });

  test.each([
    ["not a URL", "http://user:secret@[", "HTTPS_PROXY is not the URL of an http or https proxy"],
    [
      "of another kind",
      "socks5://user:secret@127.0.0.1:1",
      "HTTPS_PROXY is not the URL of an http or https proxy",
    ],
    [
      "badly escaped",
      "http://user:secret%@127.0.0.1:1",
      "HTTPS_PROXY is not the URL of an http or https proxy",
    ],
  ])("its address is %s: nothing is sent", async (_what, url, reason) => {
    process.env["HTTPS_PROXY"] = url;
    const failure = await create(clientOf(endpoint)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "ConnectionError", sent: false, permanent: true });
    expect(String(failure)).toContain(reason);
    expect(inspect(failure)).not.toContain("secret");
  });
});

describe("a proxy that takes the CONNECT and never answers", () => {
  const endpoint = `https://${HOST}/api/v1`;
  const closed = async (proxy: Proxy): Promise<void> => {
    for (let i = 0; i < 100 && proxy.open() > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(proxy.open()).toBe(0);
  };

  test.each([
    ["POST", create],
    ["GET", (client: VpsorgClient) => client.listSnapshots()],
  ])("%s: the limit for connecting holds, and every connection is closed", async (method, work) => {
    const proxy = await serveProxy(1, () => undefined);
    process.env["HTTPS_PROXY"] = proxy.url;
    await expect(work(clientOf(endpoint, { connectMs: 250, requestMs: 10_000 }))).rejects.toMatchObject({
      code: "CONNECTION",
      sent: false,
      message: `no answer from VPS.org to ${method} /snapshots/: connecting to the proxy took longer than 0.25 s; check HTTPS_PROXY`,
    });
    expect(proxy.connects).toHaveLength(5);
    await closed(proxy);
  });

  test("the limit of the whole request closes it", async () => {
    const proxy = await serveProxy(1, () => undefined);
    process.env["HTTPS_PROXY"] = proxy.url;
    const client = clientOf(endpoint, { connectMs: 10_000, requestMs: 50 });
    await expect(client.listSnapshots({ attempts: 1 })).rejects.toMatchObject({
      code: "CONNECTION",
      sent: false,
    });
    await closed(proxy);
  });

  test("an abort closes it", async () => {
    const controller = new AbortController();
    const proxy = await serveProxy(1, () => controller.abort());
    process.env["HTTPS_PROXY"] = proxy.url;
    await expect(clientOf(endpoint).listSnapshots({ signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
    await closed(proxy);
  });

  test.each(["the handshake", "the answer"])(
    "nor does %s come through its tunnel: closed as well",
    async (what) => {
      const silent = await serveTls(() => undefined);
      const proxy =
        what === "the answer"
          ? await serveProxy(silent.port)
          : await serveProxy(1, (socket) => socket.write("HTTP/1.1 200 Connection established\r\n\r\n"));
      process.env["HTTPS_PROXY"] = proxy.url;
      const client = clientOf(endpoint, { connectMs: 1000, requestMs: 1500 });
      await expect(client.listSnapshots({ attempts: 1 })).rejects.toMatchObject({
        code: "CONNECTION",
        sent: what === "the answer",
      });
      await closed(proxy);
    },
  );

  test("a tunnel is closed after its answer", async () => {
    const secure = await serveTls((socket) => socket.write(OK));
    const proxy = await serveProxy(secure.port);
    process.env["HTTPS_PROXY"] = proxy.url;
    expect(await clientOf(endpoint).listSnapshots()).toEqual([]);
    await closed(proxy);
  });
});

test("a proxy that is itself reached over TLS is used, where its certificate is trusted", async () => {
  const server = await serveTls((secure) => secure.write(OK));
  const plain = await serveProxy(server.port);
  for (const [certificate, sees] of [
    [trusted, 1],
    [selfSigned(HOST), 0],
  ] as const) {
    const front = tls.createServer(certificate, (socket) => {
      const onward = net.connect(Number(new URL(plain.url).port), "127.0.0.1");
      socket
        .on("error", () => undefined)
        .pipe(onward.on("error", () => undefined))
        .pipe(socket);
    });
    process.env["HTTPS_PROXY"] = `https://127.0.0.1:${await listen(front)}`;
    plain.connects.length = 0;
    const listed = clientOf(`https://${HOST}/api/v1`).listSnapshots({ attempts: 1 });
    if (sees === 1) expect(await listed).toEqual([]);
    else await expect(listed).rejects.toMatchObject({ code: "CONNECTION", sent: false });
    expect(plain.connects).toHaveLength(sees);
  }
});
