/**
 * Reads the public interface as TypeDoc does, and fails where something of it has no documentation, where a type is used
 * and not exported, and where a class or a function has no example. The examples are compiled by
 * test/e2e/documents.test.ts.
 */
import { join } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import { root } from "./setup.mjs";

const app = await Application.bootstrap({
  entryPoints: [join(root, "provider", "index.ts")],
  tsconfig: join(root, "tsconfig.json"),
  readme: "none",
  excludeExternals: true,
  excludeInternal: true,
  // A link to each source would ask for a remote, which a checkout need not have.
  disableSources: true,
  // The compiler has its own check.
  skipErrorChecking: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: [
    "Class",
    "Interface",
    "TypeAlias",
    "Function",
    "Constructor",
    "Method",
    "Property",
  ],
});
const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  for (const each of project.getReflectionsByKind(ReflectionKind.Class | ReflectionKind.Function)) {
    const comment = each.comment ?? each.signatures?.[0]?.comment;
    if (comment?.getTag("@example") === undefined) app.logger.warn(`${each.getFullName()} has no @example`);
  }
}
process.exitCode = project === undefined || app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;
