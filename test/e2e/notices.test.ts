import { CANARY } from "../tools/support/account";
import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

const PROGRAM = program(`
new Snapshot("web", { serverId: 12345, name: "before" });
new Snapshot("db", { serverId: 12346, name: "before" });
getSnapshots().then(({ snapshots }) => console.log("FOUND", snapshots.length));
`);

const OPEN_TOKEN = "the API token vpsorg:token is not a secret of this stack";

describe("what a person should know of the account", () => {
  let stack: Deployment;

  beforeAll(async () => {
    stack = await Deployment.open({ files: PROGRAM });
  });

  afterAll(() => stack.close());

  /** Of the summary; the row has shown it before. */
  const times = (output: string, text: string): number =>
    (output.split("Diagnostics:")[1] ?? "").split(text).length - 1;
  const endpoint = (): string =>
    `the token goes to ${stack.emulator.endpoint}, which is not VPS.org's own endpoint.`;

  it.each([["preview"], ["up", "--yes", "--skip-preview"], ["refresh", "--yes", "--skip-preview"]])(
    "is said once in %s: an endpoint that is not VPS.org's",
    async (...args) => {
      const { output } = await stack.must(...args);

      expect(times(output, endpoint())).toBe(1);
      expect(output).not.toContain(OPEN_TOKEN);
    },
  );

  it("is said once in a preview: a token that is no secret", async () => {
    await stack.must("config", "set", "vpsorg:token", CANARY, "--plaintext");

    const { output } = await stack.must("preview");

    expect(times(output, OPEN_TOKEN)).toBe(1);
    expect(output).toContain("`pulumi config set --secret vpsorg:token`");
    expect(output).not.toContain(CANARY);
  });
});
