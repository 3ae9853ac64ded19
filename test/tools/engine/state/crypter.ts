import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { CliError } from "../cli/cli-error";

const algorithm = "aes-256-gcm";
/** Pulumi takes a million, at every command; what a test tool encrypts is worth less than that time. */
const rounds = 10_000;

/** Encrypts texts under a passphrase; the form of the texts and of the salt is that of Pulumi's own files. */
export class Crypter {
  private constructor(
    readonly salt: string,
    private readonly key: Buffer,
  ) {}

  /** A new salt, with the proof that lets a wrong passphrase be told. */
  static create(passphrase: string): Crypter {
    const bytes = randomBytes(8);
    const key = deriveKey(passphrase, bytes);
    const proof = new Crypter("", key).encrypt("pulumi");
    return new Crypter(`v1:${bytes.toString("base64")}:${proof}`, key);
  }

  static open(salt: string, passphrase: string): Crypter {
    const [version, bytes, ...proof] = salt.split(":");
    if (version !== "v1" || bytes === undefined) throw new CliError("malformed state string");
    const crypter = new Crypter(salt, deriveKey(passphrase, Buffer.from(bytes, "base64")));
    try {
      if (crypter.decrypt(proof.join(":")) === "pulumi") return crypter;
    } catch {
      // A wrong key fails the authentication of the proof.
    }
    throw new CliError("incorrect passphrase");
  }

  encrypt(plain: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv(algorithm, this.key, nonce);
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${body.toString("base64")}`;
  }

  decrypt(text: string): string {
    const [version, nonce, body] = text.split(":");
    if (version !== "v1" || nonce === undefined || body === undefined)
      throw new CliError("a secret in the stack's files is not in the expected form");
    const bytes = Buffer.from(body, "base64");
    const decipher = createDecipheriv(algorithm, this.key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
  }
}

const deriveKey = (passphrase: string, salt: Buffer) => pbkdf2Sync(passphrase, salt, rounds, 32, "sha256");

const missing =
  "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables";

export function passphrase(): string {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (given !== undefined) return given;
  if (!file) throw new CliError(missing);
  return readFileSync(file, "utf8").trim();
}
