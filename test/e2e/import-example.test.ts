import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY } from "../tools/support/account";
import { Deployment } from "../tools/support/deployment";
import { ROOT } from "../tools/support/project";
import type { Finished } from "../tools/support/project";

jest.setTimeout(120_000);

const SEEDS = [
  { id: 801, serverId: 12345, name: "golden-2025", createdAt: "2025-01-15T18:30:00Z" },
  { id: 802, serverId: 12345, name: "nightly", createdAt: "2026-01-14T02:00:00Z" },
  { id: 803, serverId: 12346, name: "before-upgrade", description: "Before the upgrade" },
  { id: 804, serverId: 12346, name: "nightly" },
  { id: 805, serverId: 12347, name: "somebody-elses" },
];

/** The commands that the README gives, in their order. */
function commands(): string[] {
  const text = readFileSync(join(ROOT, "examples", "import", "README.md"), "utf8");
  const blocks = [...text.matchAll(/```console\n(.*?)```/gs)].map(([, block]) => block ?? "");
  return blocks.flatMap((block) => block.trim().split("\n"));
}

describe("examples/import, by its README", () => {
  let stack: Deployment;
  const done = new Map<string, Finished>();

  /** Runs a line as a person would, and answers its questions beforehand. */
  async function follow(line: string): Promise<Finished> {
    const [command, ...args] = line.split(" ");
    if (command === "npx") {
      return stack.project.node(
        join(ROOT, "dist", "cli", "main.js"),
        ...args.filter((word) => word !== "--no-install").slice(1),
      );
    }
    const [, added, file] = /^echo '(.*)' >> (.*)$/.exec(line) ?? [];
    if (added !== undefined && file !== undefined) {
      appendFileSync(join(stack.project.dir, file), `${added}\n`);
      return { code: 0, output: "", stdout: "" };
    }
    const asks = ["up", "import", "destroy"].includes(args[0] ?? "");
    return stack.run(...args, ...(asks ? ["--yes", "--skip-preview"] : []));
  }

  const outputOf = (line: string): string => done.get(line)?.output ?? "it did not run";

  beforeAll(async () => {
    stack = await Deployment.open({ example: "import", env: { VPSORG_TOKEN: CANARY } }, { snapshots: SEEDS });
  });

  afterAll(() => stack.close());

  it("every command of it goes well", async () => {
    const prepared = /^(npm install|pulumi stack init|pulumi config set --secret|export )/;
    const lines = commands().filter((line) => !prepared.test(line));
    expect(lines).toHaveLength(12);

    for (const line of lines) {
      const ran = await follow(line);
      done.set(line, ran);
      expect([line, ran.code, ran.code === 0 ? "" : ran.output]).toEqual([line, 0, ""]);
    }
  });

  it("says what it adopts, and imports the rest", () => {
    expect(outputOf("npx --no-install pulumi-vpsorg list")).toContain("801  golden-2025");
    expect(outputOf("pulumi preview")).toContain('adopts existing snapshot 801 ("golden-2025", server 12345');
    expect(outputOf("pulumi import --file import.json --generate-code=false")).toMatch(/= 2 imported/);
    expect(JSON.parse(done.get("pulumi stack output --json")?.stdout ?? "{}")).toEqual({
      goldenName: "golden-2025",
      newestName: "nightly",
      oldestDate: "2025-01-15T18:30:00Z",
      freePlaces: 3,
    });
  });

  it("creates nothing, and deletes at the end what it took over and nothing else", () => {
    expect(stack.writes().sort()).toEqual([801, 803, 804].map((id) => `DELETE /snapshots/${id}/`));
    expect(stack.emulator.model.listSnapshots().map(({ id }) => id)).toEqual([805, 802]);
  });
});
