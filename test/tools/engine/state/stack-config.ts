import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { z } from "zod";
import { CliError } from "../cli/cli-error";
import { writeAtomically } from "./files";
import { Crypter, passphrase } from "./crypter";
import type { Project } from "./project";

const entry = z.union([z.string(), z.number(), z.boolean(), z.strictObject({ secure: z.string() })]);
type Entry = z.infer<typeof entry>;

const fileSchema = z
  .object({ encryptionsalt: z.string().optional(), config: z.record(z.string(), z.unknown()).optional() })
  .nullable()
  .transform((file) => file ?? {});

export interface ConfigValue {
  value: string;
  secret: boolean;
}

/** `Pulumi.<stack>.yaml`: the stack's configuration and the salt of its secrets. */
export class StackConfig {
  private crypter_: Crypter | undefined;
  private readonly path: string;
  private salt: string | undefined;
  private readonly entries: Record<string, Entry>;

  constructor(
    private readonly project: Project,
    stack: string,
    /** The salt that the state was written with, should the file have lost it. */
    stateSalt?: string,
  ) {
    this.path = join(project.configDir, `Pulumi.${stack}.yaml`);
    const text = existsSync(this.path) ? readFileSync(this.path, "utf8") : "";
    const file = fileSchema.parse(load(text) ?? null);
    this.salt = file.encryptionsalt ?? stateSalt;
    const parsed = z.record(z.string(), entry).safeParse(file.config ?? {});
    if (!parsed.success)
      throw new CliError(`the offline engine knows plain and secret texts only in ${this.path}`);
    this.entries = parsed.data;
  }

  /** Asks for the passphrase only when it is first needed: deriving the key takes a moment. */
  crypter(): Crypter {
    this.crypter_ ??= this.salt ? Crypter.open(this.salt, passphrase()) : Crypter.create(passphrase());
    if (this.salt !== this.crypter_.salt) {
      this.salt = this.crypter_.salt;
      this.save();
    }
    return this.crypter_;
  }

  fullKey(key: string): string {
    return key.includes(":") ? key : `${this.project.name}:${key}`;
  }

  set(key: string, value: string, secret: boolean): void {
    this.entries[this.fullKey(key)] = secret ? { secure: this.crypter().encrypt(value) } : value;
    this.save();
  }

  remove(key: string): void {
    const { [this.fullKey(key)]: _, ...rest } = this.entries;
    for (const name of Object.keys(this.entries))
      if (!(name in rest)) Reflect.deleteProperty(this.entries, name);
    this.save();
  }

  get(key: string): ConfigValue | undefined {
    const found = this.entries[this.fullKey(key)];
    if (found === undefined) return undefined;
    return typeof found === "object"
      ? { value: this.crypter().decrypt(found.secure), secret: true }
      : { value: String(found), secret: false };
  }

  all(): Record<string, ConfigValue> {
    const keys = Object.keys(this.entries).sort();
    return Object.fromEntries(keys.map((key) => [key, this.get(key)] as const).filter(isSet));
  }

  private save(): void {
    const config = Object.keys(this.entries).length > 0 ? { config: this.entries } : {};
    const salt = this.salt ? { encryptionsalt: this.salt } : {};
    writeAtomically(this.path, dump({ ...salt, ...config }, { indent: 2, lineWidth: -1 }));
  }
}

const isSet = (pair: readonly [string, ConfigValue | undefined]): pair is [string, ConfigValue] =>
  pair[1] !== undefined;
