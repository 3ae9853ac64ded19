import { isRecord } from "./checks";

/** A copy of `value` with fields dropped and set; see the `patch` fault for the paths. */
export function patched(value: unknown, change: { drop?: string[]; set?: Record<string, unknown> }): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of change.drop ?? []) {
    eachField(copy, path.split("."), (parent, key) => Reflect.deleteProperty(parent, key));
  }
  for (const [path, replacement] of Object.entries(change.set ?? {})) {
    eachField(copy, path.split("."), (parent, key) => Reflect.set(parent, key, replacement));
  }
  return copy;
}

function eachField(value: unknown, steps: string[], act: (parent: object, key: string) => void): void {
  const [step, ...rest] = steps;
  if (step === undefined || !(isRecord(value) || Array.isArray(value))) return;
  const keys = step === "*" ? Object.keys(value) : [step];
  for (const key of keys) {
    if (rest.length === 0) act(value, key);
    else eachField(Reflect.get(value, key), rest, act);
  }
}
