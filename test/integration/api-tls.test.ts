import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import * as net from "node:net";
import * as tls from "node:tls";
import { createClient } from "../../provider/api/client";
import type { VpsorgClient } from "../../provider/api";
import { CANARY } from "../support/account";
import { SimulatedClock } from "../support/simulated-clock";

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
}

/** A proxy that tunnels every host to one port of this machine, or answers as told. */
async function serveProxy(target: number, refusal?: string): Promise<Proxy> {
  const connects: string[] = [];
  const server = net.createServer((socket) => {
    socket.once("data", (data: Buffer) => {
      connects.push(data.toString());
      if (refusal !== undefined) {
        socket.end(refusal);
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
  return { url: `http://127.0.0.1:${await listen(server)}`, connects };
}

function clientOf(endpoint: string): VpsorgClient {
  return createClient({ endpoint, token: CANARY, clock, limits: { connectMs: 10_000, requestMs: 10_000 } });
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
    expect(failure).toMatchObject({ name: expect.stringMatching(/^(Connection|Api)Error$/) as string });
    expect(String(failure)).not.toMatch(/secret|canary/);
    expect(proxy.connects.filter((head) => head.includes(CANARY))).toEqual([]);
  });

  test("whose own 404 is empty is not taken for the API's: the snapshot is not gone", async () => {
    const proxy = await serveProxy(1, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    process.env["HTTPS_PROXY"] = proxy.url;
    const failure = await clientOf(endpoint)
      .deleteSnapshot("801")
      .catch((error: unknown) => error);
    expect(failure).not.toMatchObject({ name: "NotFoundError", foreign: false });
  });

  test("that is down: nothing was sent", async () => {
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:1";
    await expect(create(clientOf(endpoint))).rejects.toMatchObject({ code: "CONNECTION", sent: false });
  });
});
