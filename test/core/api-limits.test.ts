import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as net from "node:net";
import { gzipSync, brotliCompressSync } from "node:zlib";
import { createClient } from "../../provider/api/client";
import type { Limits, VpsorgClient } from "../../provider/api";
import { CANARY } from "../tools/support/account";
import { SimulatedClock } from "../tools/support/simulated-clock";

const MIB = 1024 * 1024;
const empty = JSON.stringify({ count: 0, results: [] });

let clock: SimulatedClock;
let closing: (() => void)[];

beforeEach(() => {
  clock = new SimulatedClock();
  closing = [];
});

afterEach(() => {
  clock.close();
  closing.forEach((close) => close());
});

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

/** An HTTP server that answers each request as told, and a client on it. */
async function answering(
  answer: (response: ServerResponse, request: IncomingMessage) => unknown,
  limits: Partial<Limits> = {},
): Promise<{ client: VpsorgClient; requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    answer(response, request);
  });
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}/api/v1`;
  return { client: createClient({ endpoint, token: CANARY, clock, limits }), requests: () => requests };
}

/** A TCP server that says what it is told to, and nothing else. */
async function speaking(
  onConnection: (socket: net.Socket) => unknown,
): Promise<{ port: number; connections: () => number }> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    onConnection(socket);
  });
  closing.push(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return { port: await listen(server), connections: () => sockets.length };
}

const create = (client: VpsorgClient): Promise<unknown> =>
  client.createSnapshot({ serverId: "1", name: "a" });
const list = (client: VpsorgClient): Promise<unknown> => client.listSnapshots();

describe("connecting", () => {
  test.each([
    ["POST", create],
    ["GET", list],
  ])("%s over a TLS handshake that never ends: never sent, so sent again", async (method, work) => {
    const { port, connections } = await speaking(() => undefined);
    const endpoint = `https://127.0.0.1:${port}/api/v1`;
    const client = createClient({
      endpoint,
      token: CANARY,
      clock,
      limits: { connectMs: 250, requestMs: 10_000 },
    });
    await expect(work(client)).rejects.toMatchObject({
      code: "CONNECTION",
      sent: false,
      message: `no answer from VPS.org to ${method} /snapshots/: connecting took longer than 0.25 s`,
    });
    expect([connections(), clock.slept.length]).toEqual([5, 4]);
  });

  test("a connection that stands is not cut by the limit for connecting", async () => {
    const limits = { connectMs: 300, requestMs: 10_000 };
    const { client, requests } = await answering(
      (response) => setTimeout(() => response.end(empty), 500),
      limits,
    );
    expect(await client.listSnapshots()).toEqual([]);
    expect(requests()).toBe(1);
  });

  test("plain HTTP where TLS is expected is an error of the connection", async () => {
    const { port } = await speaking((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const client = createClient({ endpoint: `https://127.0.0.1:${port}/api/v1`, token: CANARY, clock });
    await expect(client.listSnapshots({ attempts: 1 })).rejects.toMatchObject({
      code: "CONNECTION",
      sent: false,
    });
  });

  test.each([
    ["no HTTP at all", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["a broken header", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
    ["broken chunks", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["nothing", ""],
  ])("%s after a POST leaves open whether it happened", async (_what, text) => {
    const { port, connections } = await speaking((socket) => socket.once("data", () => socket.end(text)));
    const client = createClient({ endpoint: `http://127.0.0.1:${port}/api/v1`, token: CANARY, clock });
    await expect(create(client)).rejects.toMatchObject({ code: "CONNECTION", sent: true });
    expect(connections()).toBe(1);
  });
});

describe("the whole request", () => {
  const stalls: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
    ["before the headers", () => undefined],
    ["after the headers", (response) => response.writeHead(200, { "content-length": 24 }).flushHeaders()],
    [
      "in the middle of the body",
      (response) => response.writeHead(200, { "content-length": 24 }).write('{"cou'),
    ],
    [
      "by a byte now and then",
      (response) => {
        const timer = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ];

  test.each(stalls)("a stall %s ends it", async (_what, stall) => {
    const { client, requests } = await answering(stall, { requestMs: 300 });
    await expect(client.listSnapshots({ attempts: 2 })).rejects.toMatchObject({
      code: "CONNECTION",
      sent: true,
      message: "no answer from VPS.org to GET /snapshots/: it took longer than 0.3 s",
    });
    expect(requests()).toBe(2);
  });

  test.each(stalls)("a stall %s of a POST is not tried again", async (_what, stall) => {
    const { client, requests } = await answering(stall, { requestMs: 300 });
    await expect(create(client)).rejects.toMatchObject({ code: "CONNECTION", sent: true });
    expect(requests()).toBe(1);
  });
});

describe("size", () => {
  const limits = { maxBytes: 2 * MIB };
  const tooLarge = "VPS.org's answer to GET /snapshots/ cannot be used: it is larger than the limit of 2 MiB";
  const padded = (bytes: number): string => `{"count":0,"results":[],"x":"${"x".repeat(bytes - 30)}"}`;

  function flood(response: ServerResponse): void {
    const more = (): void => {
      if (!response.destroyed) response.write(" ".repeat(64 * 1024), () => setImmediate(more));
    };
    more();
  }

  const bomb = gzipSync(Buffer.alloc(60 * MIB, " "));
  const brotli = brotliCompressSync(Buffer.alloc(8 * MIB, " "));
  const large: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
    [
      "declared",
      (response) => {
        response.writeHead(200, { "content-length": 3 * MIB });
        response.end(padded(3 * MIB));
      },
    ],
    ["undeclared and endless", flood],
    ["a gzip bomb", (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb)],
    ["a brotli bomb", (response) => response.writeHead(200, { "content-encoding": "br" }).end(brotli)],
  ];

  test.each(large)("%s", async (_what, answer) => {
    const { client } = await answering(answer, limits);
    await expect(client.listSnapshots({ attempts: 1 })).rejects.toMatchObject({
      code: "RESPONSE_SHAPE",
      message: tooLarge,
    });
  });

  test("an answer that is too large is not asked for again", async () => {
    const { client, requests } = await answering(flood, limits);
    await expect(client.listSnapshots()).rejects.toThrow(tooLarge);
    expect(requests()).toBe(1);
  });

  // What a proxy or a broken API can put where a sentence is expected.
  const keys = (count: number): string => `{"0":"x","1":"x"${',"k":"x"'.repeat(count)}}`;
  const errors: readonly (readonly [string, (response: ServerResponse) => unknown, string])[] = [
    ["without end", flood, ""],
    ["of two million keys", (response) => response.end(keys(2_000_000)), '{"0":"x","1":"x"'],
    ["of many titles", (response) => response.end(`<html>${"<title".repeat(1e6)}`), "an HTML page"],
    [
      "that is a gzip bomb",
      (response) => response.setHeader("content-encoding", "gzip").end(gzipSync(keys(1_000_000))),
      '{"0":"x","1":"x"',
    ],
  ];

  test.each(errors)(
    "an error %s is read no further than it can say something",
    async (_what, answer, said) => {
      let written = 0;
      const { client, requests } = await answering((response) => {
        response.statusCode = 400;
        response.once("close", () => (written = response.socket?.bytesWritten ?? 0));
        answer(response);
      });
      const failure = await client.listSnapshots().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "API_ERROR", status: 400 });
      // Text that was parsed would be told in another form.
      expect((failure as { detail?: string }).detail ?? "").toMatch(new RegExp(`^${said}.{0,119}$`));
      expect([requests(), written < 16 * MIB]).toEqual([1, true]);
    },
  );

  test.each([
    ["as documented", 12_000, "Busy"],
    ["larger than what is read of it", 17_000, '{"detail":"Busy"'],
  ])("an error %s: %d bytes", async (_what, bytes, said) => {
    const { client } = await answering((response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ detail: "Busy", x: Array(bytes / 2).fill(1) }));
    });
    await expect(client.listSnapshots()).rejects.toMatchObject({
      status: 400,
      detail: expect.stringMatching(new RegExp(`^${said}`)) as string,
    });
  });

  test("the bombs are bombs", () => {
    expect([bomb.length < limits.maxBytes, brotli.length < limits.maxBytes]).toEqual([true, true]);
  });

  test("an answer of just that size is read", async () => {
    const { client } = await answering((response) => response.end(padded(2 * MIB - 10)), limits);
    expect(await client.listSnapshots()).toEqual([]);
  });

  test("a compressed answer is read", async () => {
    const { client } = await answering((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(empty)),
    );
    expect(await client.listSnapshots()).toEqual([]);
  });

  test("a character in two packets stays one", async () => {
    const item = { id: 1, server: { id: 1, name: "東京" }, name: "a", status: "completed", created_at: "" };
    const bytes = Buffer.from(JSON.stringify({ count: 1, results: [item] }));
    const middle = bytes.indexOf(Buffer.from("東")) + 1;
    const { client } = await answering((response) => {
      response.write(bytes.subarray(0, middle));
      setTimeout(() => response.end(bytes.subarray(middle)), 20);
    });
    expect(await client.listSnapshots()).toMatchObject([{ serverName: "東京" }]);
  });
});
