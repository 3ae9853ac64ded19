import { ACCOUNT, always, examined, findingsOf, steady } from "./examined";
import { MOST } from "./variant";

test("an account as documented takes four requests, and only where it is differs", async () => {
  const done = await examined(["--json"]);
  expect([done.code, done.stderr]).toEqual([0, ""]);
  expect(done.requests).toEqual([
    "GET /snapshots/",
    "GET /servers/",
    "GET /snapshots/?server_id",
    "GET /servers/12346/",
  ]);
  const differing = findingsOf(done).filter(({ verdict }) => verdict !== "ok");
  expect(differing.map(({ check, found }) => `${check}: ${found}`)).toEqual([
    "endpoint: another endpoint, on this machine",
    "polling: every 0.05 s, instead of 30 s and less",
  ]);
  expect(JSON.parse(done.stdout)).toMatchObject({ usable: true });
});

test("an account of any size takes no more requests than a few", async () => {
  const servers = Array.from({ length: 40 }, (_, i) => ({ id: 1000 + i, name: `s${i}` }));
  const done = await examined(
    ["--json"],
    (emulator) => {
      emulator.setBehaviour({ pageSize: 1, filterWorks: false });
      for (const { id } of servers) emulator.outside.fillServer(id);
    },
    { ...ACCOUNT, servers, snapshots: [] },
  );
  expect(done.requests.length).toBeLessThanOrEqual(MOST);
  expect(done.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  expect(done.code).toBe(0);
});

test("people get a table, what differs explained, and the sum", async () => {
  const { stdout, stderr, code } = await examined([], (emulator) =>
    always(emulator, "^/snapshots/$", { kind: "patch", set: { "results.*.status": "gone bad" } }),
  );
  expect(code).toBe(1);
  const [table = "", ...rest] = steady(stdout).split("\n\n");
  expect(table.split("\n").slice(0, 4)).toEqual([
    "CHECK                     RESULT   FOUND",
    "endpoint                  differs  another endpoint, on this machine",
    "token                     ok       accepted; it is that of VPSORG_TOKEN, not of a Pulumi stack",
    "polling                   differs  every 0.05 s, instead of 30 s and less",
  ]);
  expect(rest).toEqual([
    `snapshots: status: FAILS
  found       not known: 1 not shown here
  documented  in_progress, completed
  effect      3 snapshots over an hour old with a word that nobody knows, and none is completed. A new one that ends with it is waited for until the time allowed is over, and none with it is restored.
  remedy      Report the word: it may be that of a success or of a failure.
  detail      "gone bad"`,
    `endpoint: differs
  found       another endpoint, on this machine
  documented  https://admin.vps.org/api/v1, over TLS
  effect      It gets the token, and what it answers is believed.
  detail      http://HERE/api/v1`,
    `polling: differs
  found       every 0.05 s, instead of 30 s and less
  effect      Whatever waits asks that often, and grace periods are as much shorter. It is meant for emulators and tests.
  remedy      Unset VPSORG_POLL_INTERVAL_SECONDS.`,
    `31 checks: 28 as documented or needed, 2 different but coped with, 1 failed, 0 not seen in this account.
Not looked at, because nothing is changed: what a create, a restore and a delete answer, and how soon lists show it.
`,
  ]);
  expect(stderr).toBe(
    "looking at the account; nothing is changed\n" +
      "error: the provider cannot work with all of this: snapshots: status (not known: 1 not shown here)\n",
  );
});

test("a refused token says which one, and what the API said", async () => {
  const { stdout, stderr, code } = await examined([], (emulator) =>
    always(emulator, "", { kind: "status", status: 401, body: { detail: "Token has expired." } }),
  );
  expect(code).toBe(4);
  expect(stdout).toContain(`token: FAILS
  found       401 to GET /snapshots/
  documented  \`Authorization: Bearer TOKEN\`; 401 where it is not accepted
  effect      Nothing works without it.
  remedy      Set a valid one in VPSORG_TOKEN.
  detail      VPS.org did not accept the API token (401, "Token has expired" to GET /snapshots/`);
  expect(stderr).toContain(
    "error: the provider cannot work with all of this: token (401 to GET /snapshots/)",
  );
});

test("scripts get the failure as an object on standard error", async () => {
  const { stdout, stderr, code } = await examined(["--json"], (emulator) =>
    always(emulator, "^/servers/", { kind: "status", status: 403 }),
  );
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ usable: false });
  expect(JSON.parse(stderr)).toEqual({
    error: {
      code: "AUTH_FAILED",
      message:
        "the provider cannot work with all of this: servers: list (answered 403); servers: one (answered 403)",
    },
  });
});
