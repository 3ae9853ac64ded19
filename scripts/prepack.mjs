/**
 * `npm pack` and `npm publish`, before: what is packed is compiled anew, and holds nothing that serves this repository
 * alone. scripts/postpack.mjs puts package.json back afterwards; where packing breaks off, `git checkout package.json` does.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { install, manifest, ownManifest, root, run, tsc } from "./setup.mjs";

const dist = join(root, "dist");

install();
rmSync(dist, { recursive: true, force: true });
process.exitCode = await run([tsc, "-p", "tsconfig.json"]);
if (process.exitCode === 0) {
  keepDeclarations(reachableFrom(join(dist, "index.d.ts")));
  trimManifest();
}

/** Of the declarations only those that a program's types need: the others would be an interface that nobody promised. */
function keepDeclarations(reachable) {
  for (const path of readdirSync(dist, { recursive: true })) {
    if (path.endsWith(".d.ts") && !reachable.has(join(dist, path))) rmSync(join(dist, path));
  }
}

function reachableFrom(file, reached = new Set()) {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
    const base = join(dirname(file), path.replace(/\.js$/, ""));
    const found = [`${base}.d.ts`, join(base, "index.d.ts")].find((candidate) => existsSync(candidate));
    if (found === undefined) throw new Error(`${file} imports ${path}, which declares nothing`);
    reachableFrom(found, reached);
  }
  return reached;
}

/** The scripts, the workspaces and what is installed for them do not work in an installed package. */
function trimManifest() {
  mkdirSync(dirname(ownManifest), { recursive: true });
  copyFileSync(manifest, ownManifest);
  const { scripts, workspaces, devDependencies, overrides, ...published } = JSON.parse(
    readFileSync(manifest, "utf8"),
  );
  writeFileSync(manifest, `${JSON.stringify(published, undefined, 2)}\n`);
}
