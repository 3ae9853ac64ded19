import { runCommand } from "../../../provider/cli/program";
import { Terminal } from "../../../provider/cli/terminal";
import { CANARY } from "../../tools/support/account";

const NOTICE = "the token goes to https://vps.invalid/api/v1, which is not VPS.org's own endpoint.";
let printed = "";

beforeEach(() => {
  printed = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  process.env["VPSORG_TOKEN"] = CANARY;
  process.env["VPSORG_ENDPOINT"] = "https://vps.invalid/api/v1";
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env["VPSORG_TOKEN"];
  delete process.env["VPSORG_ENDPOINT"];
});

// No argument of these is valid, so no request leaves.
it.each([
  ["of the environment is said", ["delete", "/"], 1],
  ["that the command itself names is not", ["delete", "/", "--endpoint", "https://vps.invalid/api/v1"], 0],
  ["is not said among JSON", ["delete", "/", "--json"], 0],
])("an endpoint %s", async (_what, args, times) => {
  expect(await runCommand(args, new Terminal())).toBe(2);
  expect(printed.split(NOTICE).length - 1).toBe(times);
});
