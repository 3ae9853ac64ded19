import { resolveSettings } from "../../provider/core/config";
import type { TokenSource } from "../../provider/core/config";
import { findSnapshots } from "../../provider/core/lookup";
import {
  commandAdvice,
  connectionAdvice,
  pulumiAdvice,
  scriptAdvice,
} from "../../provider/core/messages/advice";
import type { Advice } from "../../provider/core/messages/advice";
import { planRestore } from "../../provider/core/restore/plan";
import { createSnapshot } from "../../provider/core/snapshot/create";
import { getSnapshots } from "../../provider/program/look-ups";
import { startEmulator } from "../tools/emulator";
import { CANARY, openAccount } from "../tools/support/account";
import type { TestAccount } from "../tools/support/account";
import type { FaultAction } from "../tools/emulator";
import type { Session } from "../../provider/core/session";

/** Whoever reads a message finds in it what they have: a project's configuration, a call's connection, or options. */
interface Reader {
  readonly advice: Advice;
  readonly tokenSource: TokenSource;
  readonly endpoint: string;
  /** Where it is given. */
  readonly endpointIn: string;
  /** What the others have. */
  readonly never: RegExp;
  readonly serverId: string;
  readonly nameRegex: string;
}

const READERS: Readonly<Record<string, Reader>> = {
  "a project": {
    advice: pulumiAdvice,
    tokenSource: "config",
    endpoint: "Check vpsorg:endpoint",
    endpointIn: "vpsorg:endpoint",
    never: /connection\.|--(endpoint|server)|VPSORG_/,
    serverId: "serverId",
    nameRegex: "nameRegex",
  },
  "a script": {
    advice: scriptAdvice,
    tokenSource: "environment",
    endpoint: "Check VPSORG_ENDPOINT",
    endpointIn: "VPSORG_ENDPOINT",
    never: /vpsorg:|connection\.|--(endpoint|server)|pulumi config/,
    serverId: "serverId",
    nameRegex: "nameRegex",
  },
  "a call with a connection": {
    advice: connectionAdvice,
    tokenSource: "argument",
    endpoint: "Check connection.endpoint",
    endpointIn: "connection.endpoint",
    never: /vpsorg:|--(endpoint|server)|VPSORG_|pulumi config/,
    serverId: "serverId",
    nameRegex: "nameRegex",
  },
  "the command": {
    advice: commandAdvice,
    tokenSource: "environment",
    endpoint: "Check VPSORG_ENDPOINT (or --endpoint)",
    endpointIn: "--endpoint",
    never: /vpsorg:|connection\.(?!$)|serverId|nameRegex|pulumi (up|config|refresh)/,
    serverId: "--server",
    nameRegex: "--name-regex",
  },
};

const LISTED = "GET /snapshots/";
const golden = { serverId: "12345", name: "golden", waitForCompletion: false };
const list = ({ session }: TestAccount): Promise<unknown> => findSnapshots(session, {});
const create = ({ operation }: TestAccount): Promise<unknown> => createSnapshot(operation, golden);

describe.each(Object.entries(READERS))("%s", (_who, reader) => {
  let account: TestAccount;

  beforeEach(async () => {
    const { advice, tokenSource } = reader;
    account = await openAccount({}, { tokenSource }, { advice });
  });
  afterEach(() => account.close());

  async function messageOf(work: (account: TestAccount) => Promise<unknown>): Promise<string> {
    const message = await work(account).then(
      () => "it did not fail",
      (error: unknown) => (error as Error).message,
    );
    expect(message).not.toMatch(reader.never);
    expect(message).not.toContain(CANARY);
    return message;
  }
  const failing = (action: FaultAction, method = "GET"): void =>
    void account.emulator.fault({ match: { method }, times: 0, action });

  test("an endpoint that is down", async () => {
    await account.emulator.pause();
    expect(await messageOf(list)).toBe(
      `the snapshots could not be listed: no answer from VPS.org to ${LISTED}: the connection was refused. ` +
        `${reader.endpoint} and the network.`,
    );
  });

  test("an endpoint that redirects", async () => {
    failing({ kind: "redirect", location: "http://127.0.0.1:9/" });
    expect(await messageOf(list)).toMatch(new RegExp(`would carry the token along\\. ${quoted(reader)}\\.$`));
  });

  test("an endpoint that has no lists", async () => {
    failing({ kind: "status", status: 404, body: "<title>Not found</title>" });
    expect(await messageOf(list)).toMatch(new RegExp(`404 to ${LISTED}.*\\. ${quoted(reader)}\\.$`));
  });

  test("news that quote such an error", async () => {
    const redirect: FaultAction = { kind: "redirect", location: "http://127.0.0.1:9/" };
    account.emulator.fault({ match: { method: "POST" }, when: "after", action: redirect });
    await create(account);
    const news = account.told.infos.join("\n");
    expect(news).toContain(`${reader.endpoint})`);
    expect(news).not.toMatch(reader.never);
  });

  test("a server that does not exist", async () => {
    failing({ kind: "status", status: 404, body: { detail: "Not found." } }, "POST");
    expect(await messageOf(create)).toMatch(
      new RegExp(`Check that \`?${reader.serverId}\`? names a server of this account\\.$`),
    );
  });

  test("a token that is not accepted", async () => {
    failing({ kind: "status", status: 401, body: {} });
    expect(await messageOf(list)).toMatch(/Set a valid one|Pass a valid one/);
  });

  test.each<[string, (session: Session) => Promise<unknown>, "serverId" | "nameRegex", string]>([
    ["a server's id of a look-up", (s) => findSnapshots(s, { serverId: "web" }), "serverId", "must be"],
    [
      "a server's id of a restore",
      (s) => planRestore(s, { snapshotId: "801", serverId: "web" }),
      "serverId",
      "must be the id",
    ],
    ["a pattern", (s) => findSnapshots(s, { nameRegex: "(" }), "nameRegex", "is not a regular expression"],
  ])("%s that is none", async (_what, work, argument, problem) => {
    const message = await messageOf(({ session }) => work(session));
    expect(message.startsWith(`${reader[argument]} ${problem}`)).toBe(true);
  });

  test("no token", () => {
    const { problems } = resolveSettings(() => undefined, {}, { advice: reader.advice });
    expect(problems).toEqual([expect.stringMatching(/^there is no VPS\.org API token: /)]);
  });

  test("an endpoint that is no URL names where it was given", () => {
    const given = (key: string): string | undefined => ({ token: CANARY, endpoint: "vps" })[key];
    const { advice, endpointIn: at } = reader;
    const { problems } =
      at === "VPSORG_ENDPOINT"
        ? resolveSettings(() => undefined, { VPSORG_TOKEN: CANARY, [at]: "vps" }, { advice })
        : resolveSettings(given, {}, { advice });
    expect(problems).toEqual([expect.stringContaining(`the endpoint in ${at} is not a URL`)]);
  });
});

test("a plain script that finds no token is told of the environment alone", async () => {
  await expect(getSnapshots({})).rejects.toThrow(
    /^there is no VPS\.org API token: set the environment variable VPSORG_TOKEN$/,
  );
});

test("a program's call with a connection is one of the second kind", async () => {
  const emulator = await startEmulator({ token: CANARY });
  try {
    emulator.fault({
      match: {},
      times: 0,
      action: { kind: "redirect", location: "http://127.0.0.1:9/" },
    });
    const { endpoint } = emulator;
    await expect(getSnapshots({}, { token: CANARY, endpoint })).rejects.toThrow("Check connection.endpoint");
    await expect(getSnapshots({}, { token: "two words" })).rejects.toThrow(/API token in connection\.token/);
    await expect(getSnapshots({}, { token: CANARY, endpoint: "vps" })).rejects.toThrow(
      "the endpoint in connection.endpoint is not a URL",
    );
  } finally {
    await emulator.close();
  }
});

function quoted({ endpoint }: Reader): string {
  return endpoint.replaceAll(/[.()]/g, "\\$&");
}
