import type { Properties } from "../../provider/host/boundary";
import type { Provider } from "../../provider/host/provider";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { openHost, PROVIDER } from "./snapshot-host";

/** A snapshot that was made at one endpoint, and a later run that uses another one. */
const CREATED = "2025-01-15T18:30:00Z";

let host: Provider["snapshot"];
let first: Emulator;
let second: Emulator;
let said: string[];
let inputs: Properties;
let recorded: Properties;

function nextRun(endpoint: string): void {
  host = openHost(endpoint);
}

const arrange = (name: string, createdAt = CREATED) =>
  startEmulator({ token: CANARY, snapshots: [{ id: 801, serverId: 12345, name, createdAt }] });

/** Compares as an `up` does. */
async function compare(change: Properties = {}) {
  const news = { __provider: PROVIDER, __resource: "golden", serverId: 12345, name: "golden", ...change };
  ({ inputs } = await host.check(inputs, news));
  return host.diff("801", recorded, inputs);
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "it ended well",
    (error: unknown) => (error as Error).message,
  );

beforeEach(async () => {
  said = [];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  first = await arrange("golden");
  second = await arrange("golden");
  nextRun(first.endpoint);
  const adopted = { __provider: PROVIDER, __resource: "golden", serverId: 12345, name: "golden" };
  ({ inputs } = await host.check({}, { ...adopted, __import: "801" }));
  const { outs } = await host.create(inputs);
  recorded = { ...outs, __provider: PROVIDER };
  first.clearRequests();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all([first.close(), second.close()]);
});

it("the endpoint is recorded, and an unchanged up at the same one asks for nothing", async () => {
  expect(recorded["__endpoint"]).toBe(first.endpoint);
  nextRun(`${first.endpoint}/`);
  expect(await compare()).toMatchObject({ changes: false });
  expect(first.requests()).toEqual([]);
});

it("what says nothing was made at the documented one", async () => {
  const { __endpoint: _none, ...plain } = recorded;
  nextRun("https://admin.vps.org/api/v1/");
  recorded = plain;
  expect(await compare()).toMatchObject({ changes: false });
});

describe("at another endpoint", () => {
  beforeEach(() => nextRun(second.endpoint));

  it.each([
    ["a delete", "was not deleted", () => host.delete("801", recorded)],
    ["a read", "cannot be read", () => host.read("801", recorded)],
    ["a replacement", "is to be replaced", () => compare({ triggers: ["v2"] })],
  ])("%s is refused before any request, and names both and the way out", async (_what, says, act) => {
    const message = await messageOf(act());
    expect(message).toContain('snapshot 801 "golden" of server 12345 (web-server-01) ' + says);
    expect(message).toContain(`recorded at ${first.endpoint}, and the endpoint is ${second.endpoint} now`);
    expect(message).toMatch(/Set vpsorg:endpoint .* back to .*--run-program.*`pulumi state delete URN`/);
    expect([...first.requests(), ...second.requests()]).toEqual([]);
    expect([...first.model.listSnapshots(), ...second.model.listSnapshots()]).toHaveLength(2);
  });

  it("an up finds the same snapshot there and records the new endpoint", async () => {
    expect(await compare()).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
    expect(said.join("")).toContain(`the endpoint is ${second.endpoint} now: it is looked up there`);
    const { outs } = await host.update("801", recorded, inputs);
    const { __provider: _code, ...before } = recorded;
    expect(outs).toEqual({ ...before, __endpoint: second.endpoint });
    recorded = outs as Properties;
    expect(await compare()).toMatchObject({ changes: false });
  });

  it.each<[string, () => unknown, RegExp]>([
    ["none", () => second.outside.deleteSnapshot(801), /golden" .* is not there: it was recorded at/],
    [
      "one of another name",
      () => second.outside.setSnapshot(801, { name: "other" }),
      /is another one there \(snapshot 801 "other"/,
    ],
    [
      "one of another time",
      () => second.outside.setSnapshot(801, { createdAt: "2025-03-01T00:00:00Z" }),
      /is another one there .*2025-03-01/,
    ],
    [
      "one of another server",
      () => {
        second.outside.deleteSnapshot(801);
        second.outside.createSnapshot({ id: 801, serverId: 12346, name: "golden", createdAt: CREATED });
      },
      /is another one there .*of server 12346/,
    ],
  ])("an up that finds %s there changes nothing", async (_what, arranged, says) => {
    arranged();
    await compare();
    const message = await messageOf(host.update("801", recorded, inputs));
    expect(message).toMatch(says);
    expect(message).toContain(first.endpoint);
    expect(message).toContain(second.endpoint);
  });
});

it("an endpoint that is not VPS.org's is said, once a run, where no program can say it", async () => {
  const notice = "the token goes to https://vps.invalid/api/v1, which is not VPS.org's own endpoint.";
  const adopt = (): Promise<unknown> =>
    host.check({}, { __provider: PROVIDER, __resource: "golden", serverId: 12345, __import: "801" });
  const times = (): number => said.join("").split(notice).length - 1;

  const read = (): Promise<string> => messageOf(host.read("801", { __provider: PROVIDER }));
  nextRun("https://vps.invalid/api/v1");
  await Promise.all([read(), read()]);
  expect(times()).toBe(1);

  nextRun("https://vps.invalid/api/v1");
  await messageOf(adopt());
  expect(times()).toBe(1);
});
