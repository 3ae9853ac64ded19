import { execFile } from "node:child_process";
import { relative } from "node:path";
import { promisify } from "node:util";
import { environment, ROOT } from "../tools/support/host/provider-host";

jest.setTimeout(20_000);

/** What comes into a process along with the package, beside the SDK that is there anyway. */

interface Loaded {
  /** Files, from the repository's root. */
  readonly files: readonly string[];
  readonly resourcesBefore: readonly string[];
  readonly resourcesAfter: readonly string[];
}

const LOAD = `
  require("@pulumi/pulumi");
  const before = new Set(Object.keys(require.cache));
  const resourcesBefore = process.getActiveResourcesInfo();
  require(process.argv[1]);
  setImmediate(() => {
    const files = Object.keys(require.cache).filter((file) => !before.has(file));
    const resourcesAfter = process.getActiveResourcesInfo().filter((name) => name !== "Immediate");
    process.stdout.write(JSON.stringify({ files, resourcesBefore, resourcesAfter }));
  });
`;

/** Loads a module; a process that does not end by itself fails here. */
async function load(name: string): Promise<Loaded> {
  const options = { cwd: ROOT, env: environment(), timeout: 15_000 };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-e", LOAD, name], options);
  if (stderr !== "") throw new Error(stderr);
  const loaded = JSON.parse(stdout) as Loaded;
  return { ...loaded, files: loaded.files.map((file) => relative(ROOT, file)).sort() };
}

const HTTP = /node_modules\/(axios|p-retry|follow-redirects|is-network-error)\//;

it("a program gets the classes, the errors and the configuration, and nothing else", async () => {
  const { files } = await load("pulumi-vpsorg");

  expect(files).toContain("dist/index.js");
  const light =
    /^dist\/(index|program\/[\w-]+|api\/(errors|endpoint|text)|core\/(config|messages\/advice|state-contract))\.js$/;
  expect(files.filter((file) => !light.test(file))).toEqual([]);
});

it("the handlers bring the HTTP libraries only when there is a request to make", async () => {
  const { files } = await load("pulumi-vpsorg/host");

  expect(files).toContain("dist/host/snapshot-handler.js");
  expect(files.filter((file) => HTTP.test(file))).toEqual([]);
});

it.each(["pulumi-vpsorg", "pulumi-vpsorg/host"])("loading %s starts nothing", async (name) => {
  const { resourcesBefore, resourcesAfter } = await load(name);

  expect(resourcesAfter.toSorted()).toEqual(resourcesBefore.toSorted());
});
