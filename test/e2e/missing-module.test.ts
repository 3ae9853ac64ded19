import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Deployment, program } from "../tools/support/deployment";
import { ROOT } from "../tools/support/project";

jest.setTimeout(120_000);

const WARNING =
  /pulumi-vpsorg cannot be found from .*, where Pulumi starts its provider: .*`npm install pulumi-vpsorg`/;

/** A component library that brings the package in its own `node_modules`, as pnpm lays it out. */
const LIBRARY = `
const pulumi = require("@pulumi/pulumi");
const { Snapshot } = require("pulumi-vpsorg");
exports.take = (name) => new Snapshot(name, { serverId: 12345 });
`;

let stack: Deployment;
afterEach(() => stack.close());

/** A project outside of the checkout, in whose folder (or that of its `main`) only the SDK and the library resolve. */
async function open(main: string): Promise<void> {
  stack = await Deployment.open({
    parent: tmpdir(),
    files: {
      ...program(""),
      "Pulumi.yaml": `name: test\nruntime: nodejs\n${main === "." ? "" : `main: ${main}\n`}`,
    },
  });
  const folder = join(stack.project.dir, main);
  const library = join(folder, "node_modules", "shop");
  mkdirSync(join(library, "node_modules"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  symlinkSync(join(ROOT, "node_modules", "@pulumi"), join(library, "node_modules", "@pulumi"));
  symlinkSync(ROOT, join(library, "node_modules", "pulumi-vpsorg"));
  writeFileSync(join(library, "index.js"), LIBRARY);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "test", main: "index.js" }));
  writeFileSync(join(folder, "index.js"), 'const { take } = require("shop");\ntake("web");\ntake("db");\n');
}

it.each([".", "program"])(
  "a project that has the package only through a library is warned once (main: %s)",
  async (main) => {
    await open(main);

    const { output } = await stack.run("preview");

    const said =
      (output.split("Diagnostics:")[1] ?? "").split("pulumi-vpsorg cannot be found from").length - 1;
    expect([said, output]).toEqual([1, expect.stringMatching(WARNING)]);
    expect(output).toContain(join(stack.project.dir, main === "." ? "" : main));
  },
);

it("one whose main folder has it is not", async () => {
  await open("program");
  symlinkSync(ROOT, join(stack.project.dir, "program", "node_modules", "pulumi-vpsorg"));

  const { output } = await stack.must("preview");

  expect(output).not.toContain("cannot be found");
});
