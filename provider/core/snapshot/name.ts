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
  const usable = resource.replace(/[^A-Za-z0-9_-]+/g, "-");
  const prefix = /[A-Za-z0-9_]/.test(usable) ? usable : "snapshot";
  const suffix = Math.floor(random() * 0x10000000)
    .toString(16)
    .padStart(7, "0");
  return { prefix, name: `${prefix}-${suffix}` };
}

/** What {@link automaticName} has put before the hex; undefined where a name has not its form. */
export function automaticPrefix(name: string): string | undefined {
  return /^(.*)-[0-9a-f]{7}$/.exec(name)?.[1];
}

/** Of a snapshot of the state before a restore; the time is in milliseconds since the epoch. */
export function safetyName(snapshotId: string, time: number): string {
  return `before-restore-${snapshotId}-${new Date(time).toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

/** The snapshot before whose restore one of such a name was taken. */
export function safetyTarget(name: string): string | undefined {
  return /^before-restore-(.+)-\d{8}T\d{6}Z$/.exec(name)?.[1];
}
