/** What VPS.org allows, for messages. */
export const NAME_FORM = "letters, digits, hyphens and underscores only";

export function isName(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]+$/.test(value);
}

/**
 * `<resource name>-<7 random hex>`, Pulumi's own form of an automatic name. A resource name may hold characters
 * that a snapshot's may not; they become hyphens.
 */
export function automaticName(resource: string, random: () => number): { prefix: string; name: string } {
  const prefix = usablePrefix(resource);
  return { prefix, name: `${prefix}-${randomHex(random)}` };
}

/** The name of a resource as a snapshot's may begin. */
export function usablePrefix(resource: string): string {
  const usable = resource.replace(/[^A-Za-z0-9_-]+/g, "-");
  return /[A-Za-z0-9_]/.test(usable) ? usable : "snapshot";
}

/** Seven hex digits, as Pulumi's own automatic names have them. */
export function randomHex(random: () => number): string {
  return Math.floor(random() * 0x10000000)
    .toString(16)
    .padStart(7, "0");
}

/** What {@link automaticName} has put before the hex; undefined where a name has not its form. */
export function automaticPrefix(name: string): string | undefined {
  return /^(.*)-[0-9a-f]{7}$/.exec(name)?.[1];
}

/** What a rotation calls its snapshots; the ring's own id and the number make it known again. */
export function ringName(prefix: string, ring: string, number: number): string {
  return `${prefix}-${ring}-${number}`;
}

/** What a {@link ringName} is made of; undefined where a name has not its form. */
export function ringParts(
  name: string,
): { readonly prefix: string; readonly ring: string; readonly number: number } | undefined {
  const [, prefix, ring, number] = /^(.+)-([0-9a-f]{7})-(\d{1,15})$/.exec(name) ?? [];
  return prefix === undefined || ring === undefined ? undefined : { prefix, ring, number: Number(number) };
}

/** Of a snapshot of the state before a restore; the time is in milliseconds since the epoch. */
export function safetyName(snapshotId: string, time: number): string {
  return `before-restore-${snapshotId}-${new Date(time).toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

/** The snapshot before whose restore one of such a name was taken. */
export function safetyTarget(name: string): string | undefined {
  return /^before-restore-(.+)-\d{8}T\d{6}Z$/.exec(name)?.[1];
}
