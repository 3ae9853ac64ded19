import { measureCommands, measurePreview } from "../../bench/measured/requests";
import type { CommandRequests } from "../../bench/measured/requests";
import { pulumiCommand } from "../tools/engine/choose";

jest.setTimeout(180_000);

/** What whole commands cost the API and the state, on a smaller stack than the benchmark's. */
describe("a stack of 60 snapshots on 12 servers", () => {
  let commands: CommandRequests;
  beforeAll(async () => {
    commands = await measureCommands(pulumiCommand(), { snapshots: 60, servers: 12 });
  });

  it("is refreshed with three requests at most", () => {
    expect(commands.refresh).toBeGreaterThan(0);
    expect(commands.refresh).toBeLessThanOrEqual(3);
  });

  it("asks for nothing where nothing changed", () => {
    expect(commands.unchangedUp).toBe(0);
  });

  it("holds little in its state", () => {
    const { provider, inputsAndOutputs } = commands.state;
    expect(provider).toBeGreaterThan(0);
    expect(provider).toBeLessThanOrEqual(64);
    expect(inputsAndOutputs).toBeGreaterThan(2 * provider);
    expect(inputsAndOutputs).toBeLessThanOrEqual(700);
  });
});

it("a preview that adds 20 snapshots on 10 servers costs two requests at most", async () => {
  expect(await measurePreview(pulumiCommand(), { snapshots: 20, servers: 10 })).toBeLessThanOrEqual(2);
});
