import { endpointProblem, isLoopback } from "../../provider/api/endpoint";
import { endpointNotice, resolveSettings } from "../../provider/core/config";
import type { Resolved } from "../../provider/core/config";
import { CANARY } from "../tools/support/account";

type Values = Readonly<Record<string, string | undefined>>;

function resolve(config: Values, env: Values = {}): Resolved {
  return resolveSettings((key) => config[key], env);
}

const DEFAULT = "https://admin.vps.org/api/v1";
const INSECURE =
  "must start with https:// (plain http is accepted only for this machine: localhost, 127.0.0.1, [::1])";

describe("where a value comes from", () => {
  test.each<[string, Values, Values, object]>([
    [
      "configuration alone",
      { token: CANARY },
      {},
      { token: CANARY, tokenSource: "config", endpoint: DEFAULT },
    ],
    [
      "environment alone",
      {},
      { VPSORG_TOKEN: CANARY },
      { token: CANARY, tokenSource: "environment", endpoint: DEFAULT },
    ],
    [
      "configuration before environment",
      { token: CANARY, endpoint: "https://a.test/v1", pollIntervalSeconds: "2" },
      { VPSORG_TOKEN: "other", VPSORG_ENDPOINT: "https://b.test/v1", VPSORG_POLL_INTERVAL_SECONDS: "3" },
      { token: CANARY, tokenSource: "config", endpoint: "https://a.test/v1", pollIntervalSeconds: 2 },
    ],
    [
      "the interval from anywhere",
      { token: CANARY, endpoint: "https://a.test/v1" },
      { VPSORG_POLL_INTERVAL_SECONDS: "3" },
      { token: CANARY, tokenSource: "config", endpoint: "https://a.test/v1", pollIntervalSeconds: 3 },
    ],
    [
      "the default endpoint, named by the other source",
      { endpoint: `${DEFAULT}/` },
      { VPSORG_TOKEN: CANARY },
      { token: CANARY, tokenSource: "environment", endpoint: DEFAULT },
    ],
    [
      "an empty configuration is none",
      { token: "", endpoint: "  ", pollIntervalSeconds: "" },
      { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: "https://b.test/v1", VPSORG_POLL_INTERVAL_SECONDS: "3" },
      { token: CANARY, tokenSource: "environment", endpoint: "https://b.test/v1", pollIntervalSeconds: 3 },
    ],
    [
      "blanks around a value do not count",
      { token: ` ${CANARY}\n`, endpoint: " https://a.test/v1 ", pollIntervalSeconds: " 5 " },
      {},
      { token: CANARY, tokenSource: "config", endpoint: "https://a.test/v1", pollIntervalSeconds: 5 },
    ],
    [
      "slashes at the end of the endpoint do not count",
      { token: CANARY, endpoint: "https://a.test/v1//" },
      {},
      { token: CANARY, tokenSource: "config", endpoint: "https://a.test/v1" },
    ],
  ])("%s", (_what, config, env, settings) => {
    expect(resolve(config, env)).toEqual({ settings, problems: [] });
  });
});

describe("an endpoint as it is used and shown", () => {
  test.each([
    [
      "in letters that look like others",
      "https://\u0430dmin.vps.org/api/v1",
      "https://xn--dmin-43d.vps.org/api/v1",
    ],
    ["of two lines", "https://a.test/\n::error::v1", "https://a.test/::error::v1"],
    ["in capitals", "HTTPS://A.test/v1/", "https://a.test/v1"],
  ])("%s", (_what, given, used) => {
    const { settings } = resolve({ token: CANARY, endpoint: given }, {});
    expect(settings?.endpoint).toBe(used);
    expect(endpointNotice(used)).toContain(used);
  });

  test("never holds the token, and is not shown where it does", () => {
    const { settings, problems } = resolve({ token: CANARY, endpoint: `https://a.test/${CANARY}/v1` }, {});
    expect(settings).toBeUndefined();
    expect(problems.join()).toContain("the endpoint holds the API token");
    expect(problems.join()).not.toContain(CANARY);
  });
});

describe("what is wrong", () => {
  const noToken =
    "there is no VPS.org API token: run `pulumi config set --secret vpsorg:token` or set the environment variable " +
    "VPSORG_TOKEN";
  const badToken = (source: string): string =>
    `the API token in ${source} holds a space, a line break or a character that cannot be sent: set it anew`;
  const badEndpoint = (source: string, problem: string): string =>
    `the endpoint in ${source} ${problem}; the default is ${DEFAULT}`;
  const badInterval = (source: string, text: string): string =>
    // What is no number may be a secret in the wrong place.
    `${source} is ${/\d/.test(text) && !/[a-df-z]/.test(text) ? `"${text}"` : "not a number"}: it must be a number of seconds from 0.05 to 60, or be left out`;

  test.each<[string, Values, Values, string[]]>([
    ["no token", {}, {}, [noToken]],
    ["an empty token", { token: " " }, { VPSORG_TOKEN: "" }, [noToken]],
    ["a token with a blank", { token: "two words" }, {}, [badToken("vpsorg:token")]],
    ["a token with a line break", {}, { VPSORG_TOKEN: "a\nb" }, [badToken("VPSORG_TOKEN")]],
    ["a token beyond ASCII", { token: "tökén" }, {}, [badToken("vpsorg:token")]],
    [
      "a wrong token is not passed over for the environment's",
      { token: "a b" },
      { VPSORG_TOKEN: CANARY },
      [badToken("vpsorg:token")],
    ],
    [
      "plain http",
      { token: CANARY, endpoint: "http://admin.vps.org/api/v1" },
      {},
      [badEndpoint("vpsorg:endpoint", INSECURE)],
    ],
    [
      "no URL, in the environment",
      { token: CANARY },
      { VPSORG_ENDPOINT: "admin.vps.org" },
      [badEndpoint("VPSORG_ENDPOINT", "is not a URL")],
    ],
    [
      "an interval, in the environment",
      { token: CANARY },
      { VPSORG_POLL_INTERVAL_SECONDS: "5s" },
      [badInterval("VPSORG_POLL_INTERVAL_SECONDS", "5s")],
    ],
    [
      "everything at once",
      { endpoint: "x", pollIntervalSeconds: "0" },
      {},
      [
        noToken,
        badEndpoint("vpsorg:endpoint", "is not a URL"),
        badInterval("vpsorg:pollIntervalSeconds", "0"),
      ],
    ],
  ])("%s", (_what, config, env, problems) => {
    expect(resolve(config, env)).toEqual({ problems });
  });

  test.each<[string, Values, Values, RegExp]>([
    [
      "a stack's token, and an endpoint of the environment",
      { token: CANARY },
      { VPSORG_ENDPOINT: "https://b.test/v1" },
      /^the token comes from vpsorg:token, and the endpoint https:\/\/b\.test\/v1 from VPSORG_ENDPOINT: .*Set vpsorg:endpoint, or unset VPSORG_ENDPOINT$/,
    ],
    [
      "the environment's token, and an endpoint of a stack file",
      { endpoint: "https://a.test/v1" },
      { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: "https://b.test/v1" },
      /^the token comes from VPSORG_TOKEN, and the endpoint https:\/\/a\.test\/v1 from vpsorg:endpoint: .*Set vpsorg:token, or remove vpsorg:endpoint$/,
    ],
  ])("%s are refused by name", (_what, config, env, problem) => {
    const { settings, problems } = resolve(config, env);
    expect(settings).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  test("an endpoint that is given by hand goes with the environment's token", () => {
    const given = (key: string): string | undefined => (key === "endpoint" ? "https://a.test/v1" : undefined);
    expect(resolveSettings(given, { VPSORG_TOKEN: CANARY }, { byHand: true }).settings).toMatchObject({
      token: CANARY,
      endpoint: "https://a.test/v1",
    });
  });

  test.each(["0.05", "0.5", "1", "60", "6e1"])("an interval of %s s", (pollIntervalSeconds) => {
    expect(resolve({ token: CANARY, pollIntervalSeconds }).settings?.pollIntervalSeconds).toBe(
      Number(pollIntervalSeconds),
    );
  });

  test.each(["0", "0.049", "60.1", "-1", "NaN", "Infinity", "1e9", "soon", "1,5"])(
    "no interval of %s s",
    (pollIntervalSeconds) => {
      expect(resolve({ token: CANARY, pollIntervalSeconds }).problems).toEqual([
        badInterval("vpsorg:pollIntervalSeconds", pollIntervalSeconds),
      ]);
    },
  );

  test.each<[string, Values, Values]>([
    ["a blank inside", { token: `${CANARY} x` }, {}],
    ["a line break inside", {}, { VPSORG_TOKEN: `${CANARY}\nx` }],
    ["a control character", { token: `${CANARY}\u0000` }, {}],
    ["a bad endpoint besides", { token: CANARY, endpoint: "x" }, {}],
    ["the token as endpoint", { token: CANARY, endpoint: CANARY }, {}],
    ["the token inside the endpoint", { token: CANARY, endpoint: `https://user:${CANARY}@a.test` }, {}],
    ["the token as a query", { token: CANARY, endpoint: `https://a.test/?token=${CANARY}` }, {}],
    ["the token as interval", { token: CANARY }, { VPSORG_POLL_INTERVAL_SECONDS: CANARY }],
  ])("no problem shows the token: %s", (_what, config, env) => {
    const { problems } = resolve(config, env);
    expect(problems).not.toEqual([]);
    expect(problems.filter((problem) => problem.includes(CANARY))).toEqual([]);
  });
});

describe("endpoints", () => {
  test.each([
    [DEFAULT, undefined],
    ["https://a.test", undefined],
    ["https://10.0.0.1:8443/api", undefined],
    ["HTTPS://A.test/", undefined],
    ["http://localhost:8080/api/v1", undefined],
    ["http://LOCALHOST", undefined],
    ["http://127.0.0.1:1", undefined],
    ["http://127.9.8.7", undefined],
    ["http://[::1]:8080/api", undefined],
    ["http://a.test", INSECURE],
    ["http://localhost.evil.test", INSECURE],
    ["http://127.0.0.1.evil.test", INSECURE],
    ["http://evil.test/localhost", INSECURE],
    ["http://10.0.0.1", INSECURE],
    ["http://0.0.0.0", INSECURE],
    ["http://[::2]", INSECURE],
    ["ftp://a.test", INSECURE],
    ["file:///etc/passwd", INSECURE],
    ["localhost:8080", INSECURE],
    ["https://user:secret@a.test", "must not hold a user name or a password"],
    ["https://user@a.test", "must not hold a user name or a password"],
    ["http://localhost@evil.test", "must not hold a user name or a password"],
    ["https://a.test/?a=1", "must not hold a query or a fragment"],
    ["https://a.test/#a", "must not hold a query or a fragment"],
    ["a.test", "is not a URL"],
    ["", "is not a URL"],
    ["https://", "is not a URL"],
    ["https://a b", "is not a URL"],
    ["nonsense", "is not a URL"],
  ])("%s: %s", (endpoint, problem) => {
    expect(endpointProblem(endpoint)).toBe(problem);
  });

  test.each(["https://a.test/api/v1?", "https://a.test/api/v1#"])(
    "%s: an empty query or fragment would swallow the path behind it",
    (endpoint) => {
      expect(endpointProblem(endpoint)).toBe("must not hold a query or a fragment");
    },
  );

  test.each([
    ["http://localhost/", true],
    ["https://127.1/", true],
    ["https://[::1]/", true],
    ["https://[::]/", false],
    ["https://a.test/", false],
    ["nonsense", false],
  ])("%s is this machine: %s", (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });
});
