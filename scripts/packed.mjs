/**
 * Packs a copy of this checkout with `npm pack`, as a release is packed, and says on standard output as JSON what the
 * archive holds and what publint and Are the Types Wrong have against it. The one argument is the folder for both.
 * A copy, because packing compiles dist/ anew and trims package.json while tests and other commands read them.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { npm, root } from "./setup.mjs";

const NEEDED = ["package.json", "package-lock.json", "tsconfig.json", "provider", "scripts"];

const folder = resolve(process.argv[2] ?? join(root, ".build", "packed"));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const tarball = join(folder, `pulumi-vpsorg-${version}.tgz`);

pack();
const archive = readFileSync(tarball);
const content = createPackageFromTarballData(archive);
const { pkg, messages } = await publint({
  pack: { tarball: archive.buffer.slice(archive.byteOffset, archive.byteOffset + archive.byteLength) },
  strict: true,
});
// ./host is for Pulumi's process alone, by its own text in the state: it has no types.
const { problems } = await checkPackage(content, { excludeEntrypoints: ["./host"] });

process.stdout.write(
  JSON.stringify({
    tarball,
    bytes: archive.byteLength,
    manifest: pkg,
    files: content.listFiles().map((path) => path.replace(`/node_modules/${content.packageName}/`, "")),
    problems: [...messages.map((message) => formatMessage(message, pkg)), ...problems],
  }),
);

function pack() {
  const copy = join(folder, "checkout");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of new Set([...NEEDED, ...files.filter((name) => name !== "dist")])) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  const args = ["pack", "--pack-destination", folder, "--loglevel=error", "--foreground-scripts"];
  const { status, stdout } = npm(args, { cwd: copy, stdio: ["ignore", "pipe", "inherit"] });
  if (status === 0) return;
  process.stderr.write(stdout);
  process.exit(1);
}
