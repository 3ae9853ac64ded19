import { publicEndpoint } from "../../../provider/core/doctor/connection-checks";
import type { Emulator, EmulatorOptions, FaultAction } from "../../tools/emulator";
import { CANARY } from "../../tools/support/account";
import { always, examined } from "./examined";

/** Whatever an account holds: each has to be missing in what is shown to strangers. */
const PRIVATE = "kestrel";
const IDS = [7700101, 7700102, 7700801, 7700802, 7700803];
const account: EmulatorOptions = {
  token: CANARY,
  servers: [7700101, 7700102].map((id, i) => ({
    id,
    name: `${PRIVATE}-name-${i}`,
    hostname: `${PRIVATE}.host.example`,
    ipAddress: "203.0.113.77",
    location: `${PRIVATE}-location`,
    plan: `${PRIVATE}plan`,
    os: `${PRIVATE} os`,
  })),
  snapshots: [7700801, 7700802, 7700803].map((id, i) => ({
    id,
    serverId: i === 0 ? 7700101 : 7700102,
    name: `${PRIVATE}${i}`,
    description: `${PRIVATE} description of anna@example.com, 203.0.113.77`,
    createdAt: "2026-01-10T08:00:00Z",
  })),
};

const SET = {
  [`${PRIVATE}-key`]: 1,
  [`${PRIVATE}@key`]: `${PRIVATE} value`,
  locked_by: `${PRIVATE} value`,
  "203.0.113.77": PRIVATE,
  nested: { [PRIVATE]: [PRIVATE, CANARY] },
};
const under = (path: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(SET).map(([key, value]) => [`${path}${key.replaceAll(".", "_")}`, value]),
  );

const everywhere =
  (action: FaultAction, path = ""): ((emulator: Emulator) => void) =>
  (emulator) =>
    always(emulator, path, action);
const said = { detail: `${PRIVATE} ${CANARY}`, [PRIVATE]: [PRIVATE], error: { [`${PRIVATE}-x`]: CANARY } };
const shouted = {
  "x-request-id": PRIVATE,
  "x-ratelimit-limit": PRIVATE,
  [`x-ratelimit-${PRIVATE}`]: "5",
  "content-type": `application/${PRIVATE}`,
  sunset: PRIVATE,
  date: PRIVATE,
  age: PRIVATE,
};

const CASES: readonly [string, (emulator: Emulator) => void][] = [
  ["as documented", () => undefined],
  [
    "new keys",
    everywhere({
      kind: "patch",
      set: { ...under("results.*."), ...under("results.*.server."), ...under("") },
    }),
  ],
  [
    "status",
    everywhere({ kind: "patch", set: { "results.*.status": `${PRIVATE}-7`, status: `${PRIVATE}-7` } }),
  ],
  [
    "status that is a name",
    everywhere({ kind: "patch", set: { "results.*.status": `${PRIVATE}plan`, status: `${PRIVATE}plan` } }),
  ],
  [
    "status that is the token",
    everywhere({ kind: "patch", set: { "results.*.status": CANARY, status: CANARY } }),
  ],
  [
    "ids",
    everywhere({
      kind: "patch",
      set: { "results.0.id": `${PRIVATE}-1`, "results.1.id": PRIVATE, "results.2.id": [PRIVATE] },
    }),
  ],
  ["servers", everywhere({ kind: "patch", set: { "results.*.server": PRIVATE } })],
  ["times", everywhere({ kind: "patch", set: { "results.*.created_at": PRIVATE } })],
  [
    "types",
    everywhere({
      kind: "patch",
      set: {
        "results.*.size_mb": PRIVATE,
        "results.*.name": [PRIVATE],
        "results.*.description": { [PRIVATE]: 1 },
      },
    }),
  ],
  ["count", everywhere({ kind: "patch", set: { count: PRIVATE } })],
  ["next", everywhere({ kind: "next", url: `https://${PRIVATE}.example/?page=${PRIVATE}` })],
  ["next here", everywhere({ kind: "next", url: `?${PRIVATE}=${PRIVATE}` }, "^/snapshots/$")],
  ["entries", everywhere({ kind: "replaceBody", body: { count: 2, results: [PRIVATE, [CANARY]] } })],
  ["an object", everywhere({ kind: "replaceBody", body: { [PRIVATE]: PRIVATE, [CANARY]: CANARY } })],
  ["text", everywhere({ kind: "replaceBody", body: `${PRIVATE} ${CANARY}` })],
  ...[400, 401, 403, 404, 429, 500, 503].flatMap((status): [string, (emulator: Emulator) => void][] => [
    [`${status}`, everywhere({ kind: "status", status, body: said, headers: { "x-request-id": PRIVATE } })],
    [`${status} for servers`, everywhere({ kind: "status", status, body: said }, "^/servers/")],
    [`${status} for one server`, everywhere({ kind: "status", status, body: said }, "^/servers/.+/$")],
    [
      `${status} as a page`,
      everywhere({ kind: "status", status, body: `<html><title>${PRIVATE} ${CANARY}</title>` }),
    ],
  ]),
  ["a redirect", everywhere({ kind: "redirect", location: `https://${PRIVATE}.example/${CANARY}` })],
  ["headers", everywhere({ kind: "status", status: 200, body: { count: 0, results: [] }, headers: shouted })],
  ["no answer", (emulator) => void emulator.pause()],
];

/** Of anything that was printed: what belongs to the account, its place, or its token. */
function leaked(text: string): readonly string[] {
  const words = [
    PRIVATE,
    CANARY,
    "canary",
    "127.0.0.1",
    "localhost",
    "203.0.113",
    "203_0",
    "anna",
    "example",
  ];
  return [...words, ...IDS.map(String)].filter((word) => text.toLowerCase().includes(word.toLowerCase()));
}

describe.each(CASES)("%s", (_name, arrange) => {
  test.each([[["--report"]], [["--report", "--json"]]])("%j holds nothing of the account", async (args) => {
    const { stdout, stderr, requests } = await examined(args, arrange, account);
    expect(stdout).toContain("snapshots: list");
    expect(leaked(stdout + stderr)).toEqual([]);
    expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  test.each([[[]], [["--json"]]])("%j holds no token", async (args: string[]) => {
    const { stdout, stderr } = await examined(args, arrange, account);
    expect(stdout).toContain("snapshots: list");
    expect(stdout + stderr).not.toContain(CANARY);
  });
});

test("the canaries are in what people are shown", async () => {
  const shown = await examined([], CASES.find(([name]) => name === "400")?.[1], account);
  expect(leaked(shown.stdout)).toContain(PRIVATE);
});

test("a report is Markdown with what was found and asked", async () => {
  const { stdout, code } = await examined(["--report"]);
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines.slice(0, 2)).toEqual(["### pulumi-vpsorg doctor", ""]);
  expect(lines[2]).toMatch(/^- pulumi-vpsorg \d+\.\d+\.\d+, Node \d+\.\d+\.\d+, \w+$/);
  expect(lines).toContain("- endpoint: another endpoint");
  expect(lines).toContain("| snapshots: per server | ok | 2, 1 of 5 | at most 5 |");
  expect(stdout).toMatch(/\| GET \/snapshots\/\?server_id \| 200 \| \d+ \| \d+ \|/);
  expect(stdout).toMatch(/\| GET \/servers\/ID\/ \| 200 \| \d+ \| \d+ \|/);
});

test.each([
  ["https://admin.vps.org/api/v1/", "https://admin.vps.org/api/v1, the default"],
  ["https://admin.vps.org/api/v2/secret", "another path on admin.vps.org"],
  ["https://anna.vps.org/api/v1", "another endpoint"],
  ["https://admin.vps.org.example/api/v1", "another endpoint"],
])("of %s it says: %s", (endpoint, shown) => {
  expect(publicEndpoint(endpoint)).toBe(shown);
});
