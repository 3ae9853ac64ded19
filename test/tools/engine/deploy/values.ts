/**
 * Property values in the form in which the SDK sends them: JSON in which an object with the special key is a
 * secret, a resource reference or an output, and one fixed text stands for a value not yet known.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Props = Record<string, Value>;

export const specialKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const assetSignatures = new Set(["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"]);
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const isObject = (value: Value | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const signature = (value: Value | undefined) => (isObject(value) ? value[specialKey] : undefined);

export const isSecret = (value: Value | undefined): value is { value: Value } =>
  signature(value) === secretSignature;

export const secret = (value: Value): Value =>
  isSecret(value) ? value : { [specialKey]: secretSignature, value };

/** Applies `change` to every value within, innermost last: what `change` returns undefined for is walked into. */
export function rewrite(value: Value, change: (value: Value) => Value | undefined): Value {
  const changed = change(value);
  if (changed !== undefined) return changed;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  return isObject(value) ? rewriteAll(value, change) : value;
}

export function rewriteAll(props: Props, change: (value: Value) => Value | undefined): Props {
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [key, rewrite(value, change)]));
}

/** What a program sends, reduced to what state can hold: an output becomes its value, unknown or secret. */
export function fromProgram(value: Value): Value {
  return rewrite(value, (part) => {
    const kind = signature(part);
    if (typeof kind === "string" && assetSignatures.has(kind))
      throw new Error("the offline engine does not know assets and archives");
    if (kind !== outputSignature || !isObject(part)) return undefined;
    const inner = part["value"] === undefined ? unknown : fromProgram(part["value"]);
    return part["secret"] === true ? secret(inner) : inner;
  });
}

/** What a provider that accepts neither secrets nor resource references is sent. */
export function forProvider(props: Props): Props {
  const strip = (value: Value): Value =>
    rewrite(value, (part) => {
      if (isSecret(part)) return strip(part.value);
      if (signature(part) !== resourceSignature || !isObject(part)) return undefined;
      const { id, urn } = part;
      return id === undefined ? (urn ?? null) : id === "" ? unknown : strip(id);
    });
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [key, strip(value)]));
}

export function contains(value: Value | undefined, wanted: (part: Value) => boolean): boolean {
  if (value === undefined) return false;
  if (wanted(value)) return true;
  if (Array.isArray(value)) return value.some((item) => contains(item, wanted));
  return isObject(value) && Object.values(value).some((item) => contains(item, wanted));
}

export const containsUnknown = (value: Value | undefined) => contains(value, (part) => part === unknown);

/** Marks as secret what has the name of something secret: a provider answers in plain text. */
export function markSecrets(outputs: Props, inputs: Props): Props {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      const given = inputs[key];
      if (isObject(value) && isObject(given) && signature(given) === undefined)
        return [key, markSecrets(value, given)];
      return [key, contains(given, isSecret) ? secret(value) : value];
    }),
  );
}

/** Deep equality in which an absent property and an undefined one are the same, and secrets count as values. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (isSecret(a) || isSecret(b)) return equal(isSecret(a) ? a.value : a, isSecret(b) ? b.value : b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isObject(a) || !isObject(b)) return a === b;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => equal(a[key], b[key]));
}

export interface KeyChanges {
  added: string[];
  deleted: string[];
  updated: string[];
}

/** The names that differ; names that begin with two underscores are nobody's business. */
export function changedKeys(olds: Props, news: Props): KeyChanges {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((key) => !key.startsWith("__") && !equal(olds[key], news[key]))
    .sort();
  return {
    added: keys.filter((key) => olds[key] === undefined),
    deleted: keys.filter((key) => news[key] === undefined),
    updated: keys.filter((key) => olds[key] !== undefined && news[key] !== undefined),
  };
}

export const hasChanges = ({ added, deleted, updated }: KeyChanges) =>
  added.length + deleted.length + updated.length > 0;
