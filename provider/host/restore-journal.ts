import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import type { RestoreJournal } from "../core/restore-resource/journal";

const note = z.object({ phase: z.enum(["asked", "accepted"]), at: z.string() });

/**
 * The journal as small files beside Pulumi's own (`$PULUMI_HOME`, else `~/.pulumi`). They hold a time and nothing of
 * the account. Where they cannot be written the restore goes on without: it is a second line of defence.
 */
export const fileJournal: RestoreJournal = {
  read(key) {
    return quietly(() => {
      const parsed = note.safeParse(JSON.parse(readFileSync(fileOf(key), "utf8")));
      return parsed.success ? parsed.data : undefined;
    });
  },

  write(key, entry) {
    quietly(() => {
      mkdirSync(folder(), { recursive: true });
      const file = fileOf(key);
      writeFileSync(`${file}.new`, JSON.stringify(entry), { flush: true });
      renameSync(`${file}.new`, file);
    });
  },

  forget(key) {
    quietly(() => rmSync(fileOf(key), { force: true }));
  },
};

function fileOf(key: string): string {
  return join(folder(), `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`);
}

function folder(): string {
  return join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "vpsorg", "restores");
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
