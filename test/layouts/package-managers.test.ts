import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pulumiCommand } from "../tools/engine/choose";
import { ROOT } from "../tools/support/project";
import { addCommand, json, Layout, projectFiles, writeFiles } from "./layout";
import type { Files } from "./layout";
import { hasALife } from "./life";
import { archive, workshop } from "./workshop";

jest.setTimeout(300_000);

/** What `pnpm approve-builds '!protobufjs'` writes. */
const REFUSED = "allowBuilds:\n  protobufjs: false\n";

let layout: Layout;

describe.each([
  { name: "npm", versions: {} },
  { name: "npm, the oldest SDK and compiler", versions: { sdk: "3.200.0", typescript: "5.0.4" } },
])("$name", ({ versions }) => {
  beforeAll(async () => {
    layout = await Layout.open(projectFiles(versions));
    await layout.must(addCommand("npm"));
  });

  afterAll(() => layout.close());

  hasALife(() => layout);
});

it("npm refuses TypeScript 7 beside the SDK, as the documents say", async () => {
  layout = await Layout.open(projectFiles({ typescript: "^7.0.0" }));
  try {
    const { code, output } = await layout.run("npm install");

    expect([code, output]).toEqual([1, expect.stringMatching(/ERESOLVE[^]*typescript@">= 3\.8\.3 < 7"/)]);
  } finally {
    await layout.close();
  }
});

describe("pnpm", () => {
  beforeAll(async () => {
    layout = await Layout.open(projectFiles());
  });

  afterAll(() => layout.close());

  it("stops at a script that comes with the SDK, until it is refused", async () => {
    const { code, output } = await layout.run(addCommand("pnpm"));

    expect([code, output]).toEqual([1, expect.stringMatching(/Ignored build scripts: protobufjs@[\d.]+\n/)]);
    await layout.must("pnpm approve-builds '!protobufjs'");
    await layout.must("pnpm install");
  });

  hasALife(() => layout);
});

describe("pnpm, isolated: a package finds its own dependencies alone", () => {
  beforeAll(async () => {
    layout = await Layout.open({
      ...projectFiles(),
      "pnpm-workspace.yaml": `${REFUSED}nodeLinker: isolated\nhoist: false\n`,
    });
    await layout.must(addCommand("pnpm"));
  });

  afterAll(() => layout.close());

  hasALife(() => layout);
});

describe("yarn", () => {
  beforeAll(async () => {
    // The lockfile makes it a project of its own, whatever lies above it.
    layout = await Layout.open({ ...projectFiles(), "yarn.lock": "" });
    await layout.must(addCommand("yarn"));
  });

  afterAll(() => layout.close());

  describe("with Plug'n'Play, its default", () => {
    it("does not run by itself", async () => {
      const { code, output } = await layout.stack.run("preview");

      expect(code).not.toBe(0);
      expect(output).toMatch(/it looks like the Pulumi SDK has not been installed/i);
    });

    describe("started by yarn", () => {
      hasALife(() => layout, { through: "yarn exec", command: "yarn pulumi-vpsorg" });
    });
  });

  describe("with node_modules", () => {
    beforeAll(async () => {
      await layout.must("yarn config set nodeLinker node-modules");
      await layout.must("yarn install");
    });

    hasALife(() => layout);
  });
});

describe("bun", () => {
  beforeAll(async () => {
    layout = await Layout.open(projectFiles());
    await layout.must(addCommand("bun"));
  });

  afterAll(() => layout.close());

  hasALife(() => layout);

  (hasBunRuntime() ? describe : describe.skip)("as the runtime as well, where there is a Pulumi CLI", () => {
    beforeAll(() => writeFiles(layout.dir, { "Pulumi.yaml": "name: infra\nruntime: bun\n" }));

    hasALife(() => layout);
  });
});

describe("A pnpm workspace, through a component library", () => {
  beforeAll(async () => {
    const root = join(workshop(), "workspace");
    writeFiles(root, workspaceFiles());
    layout = await Layout.open(
      {
        ...projectFiles({ library: { shop: "workspace:*" } }),
        "index.ts":
          'import { RestorePoint } from "shop";\n\n' +
          'export const snapshotId = new RestorePoint("before-upgrade", { serverId: 12345 }).snapshotId;\n',
      },
      join(root, "projects"),
    );
    await layout.must("pnpm install");
  });

  afterAll(() => layout.close());

  describe("that alone has the package", () => {
    it("preview says so once, with what to do", async () => {
      const { output } = await layout.stack.run("preview");

      const warning =
        `pulumi-vpsorg cannot be found from ${layout.dir}, where Pulumi starts its provider: each operation on its ` +
        "resources fails with \"Cannot find module 'pulumi-vpsorg/host'\". Make it a dependency of the project " +
        "itself, with `npm install pulumi-vpsorg` (or pnpm add, yarn add) in that folder.";
      expect((output.split("Diagnostics:")[1] ?? "").split(warning)).toHaveLength(2);
    });

    it("up fails as it says, and no request is made", async () => {
      const { code, output } = await layout.stack.run("up", "--yes", "--skip-preview");

      expect(code).not.toBe(0);
      expect(output).toContain("Cannot find module 'pulumi-vpsorg/host'");
      expect(layout.stack.emulator.requests()).toEqual([]);
      expect(layout.stack.emulator.model.listSnapshots()).toEqual([]);
    });
  });

  describe("and the project has the package as well", () => {
    beforeAll(() => layout.must(addCommand("pnpm")));

    hasALife(() => layout);
  });
});

function workspaceFiles(): Files {
  return {
    "pnpm-workspace.yaml": `packages:\n  - shop\n  - projects/*\n${REFUSED}`,
    "package.json": json({ name: "workspace", private: true }),
    "shop/package.json": json({
      ...{ name: "shop", version: "1.0.0", main: "index.js", types: "index.d.ts" },
      dependencies: { "pulumi-vpsorg": `file:${archive()}` },
      peerDependencies: { "@pulumi/pulumi": "^3.200.0" },
    }),
    "shop/index.js": `const pulumi = require("@pulumi/pulumi");
const { Snapshot } = require("pulumi-vpsorg");

exports.RestorePoint = class RestorePoint extends pulumi.ComponentResource {
  constructor(name, { serverId }, opts) {
    super("shop:index:RestorePoint", name, {}, opts);
    this.snapshotId = new Snapshot(name, { serverId }, { parent: this }).id;
    this.registerOutputs({ snapshotId: this.snapshotId });
  }
};
`,
    "shop/index.d.ts": `import * as pulumi from "@pulumi/pulumi";
import type { SnapshotArgs } from "pulumi-vpsorg";

export declare class RestorePoint extends pulumi.ComponentResource {
  readonly snapshotId: pulumi.Output<string>;
  constructor(name: string, args: Pick<SnapshotArgs, "serverId">, opts?: pulumi.ComponentResourceOptions);
}
`,
  };
}

/** The offline engine runs programs with Node alone. */
function hasBunRuntime(): boolean {
  if (pulumiCommand(ROOT).kind === "offline") return false;
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((dir) => existsSync(join(dir, "pulumi-language-bun")));
}
