import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ImportItem } from "../deploy/import";
import type { Crypter } from "../state/crypter";
import { unsealAll } from "../state/deployment-file";
import { CliError } from "./cli-error";

const props = z.record(z.string(), z.json()).default({});

const fileSchema = z.strictObject({
  nameTable: z.record(z.string(), z.string()).default({}),
  resources: z.array(
    z.strictObject({
      type: z.string(),
      name: z.string(),
      id: z.string(),
      inputs: props,
      outputs: props,
      parent: z.string().optional(),
      protect: z.boolean().optional(),
      logicalName: z.string().optional(),
    }),
  ),
});

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CliError(
      `could not read import file: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The resources of an import file, secrets in the clear. */
export function readImportFile(path: string, protect: boolean, crypter: () => Crypter): ImportItem[] {
  const parsed = fileSchema.safeParse(readJson(path));
  if (!parsed.success)
    throw new CliError(
      `could not read import file: the offline engine does not know ${z.prettifyError(parsed.error)}`,
    );
  const { nameTable, resources } = parsed.data;
  return resources.map(({ inputs, outputs, parent = "", protect: own, logicalName, ...rest }) => {
    const above = parent === "" ? "" : nameTable[parent];
    if (above === undefined)
      throw new CliError(
        `the parent '${parent}' for resource '${rest.name}' of type '${rest.type}' has no name`,
      );
    return {
      ...rest,
      name: logicalName ?? rest.name,
      inputs: unsealAll(inputs, crypter),
      outputs: unsealAll(outputs, crypter),
      parent: above,
      protect: own ?? protect,
    };
  });
}
