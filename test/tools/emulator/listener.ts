import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

const HOST = "127.0.0.1";
/** Longer than any test: a client that keeps connections never meets one that was just closed as idle. */
const KEEP_ALIVE_MS = 600_000;

/** An HTTP server on loopback that can go away and come back on the same port. */
export class Listener {
  readonly #server: Server;
  #port: number;

  constructor(port: number, handle: (message: IncomingMessage, response: ServerResponse) => void) {
    this.#port = port;
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handle);
  }

  get port(): number {
    return this.#port;
  }

  get origin(): string {
    return `http://${HOST}:${this.#port}`;
  }

  async open(): Promise<void> {
    if (this.#server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, HOST, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
  }

  /** Ends at once: open connections are destroyed, new ones refused. */
  async shut(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
