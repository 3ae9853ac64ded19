import { CANARY } from "../../tools/support/account";
import { runInProcess } from "./in-process";

const NOTICE = "the token goes to https://vps.invalid/api/v1, which is not VPS.org's own endpoint.";
const ENVIRONMENT = { VPSORG_TOKEN: CANARY, VPSORG_ENDPOINT: "https://vps.invalid/api/v1" };

// No argument of these is valid, so no request leaves.
it.each([
  ["of the environment is said", ["delete", "/"], 1],
  ["that the command itself names is not", ["delete", "/", "--endpoint", "https://vps.invalid/api/v1"], 0],
  ["is not said among JSON", ["delete", "/", "--json"], 0],
])("an endpoint %s", async (_what, args, times) => {
  const { code, stderr } = await runInProcess(args, ENVIRONMENT);
  expect(code).toBe(2);
  expect(stderr.split(NOTICE).length - 1).toBe(times);
});
