import { isDate } from "node:util/types";
import * as pulumi from "@pulumi/pulumi";
import { VpsorgError } from "../api/errors";

/**
 * Triggers as Pulumi's state can hold and compare them. It makes `{}` of a Date, a Map and a Set, and of most instances
 * of classes, so a change of one would never be seen: a Date becomes its ISO text, the others are refused by name. What
 * is not known yet stays as it is, and is treated likewise once it is known.
 */
export function comparable<T>(owner: string, triggers: T): T {
  return plain(triggers, "triggers") as T;

  function plain(value: unknown, path: string): unknown {
    if (pulumi.Output.isInstance(value)) return value.apply((known) => plain(known, path));
    if (value instanceof Promise) return value.then((known: unknown) => plain(known, path));
    if (typeof value !== "object" || value === null || isPulumis(value)) return value;
    if (isDate(value)) return isoText(value, path);
    if (Array.isArray(value)) return value.map((element, i) => plain(element, `${path}[${i}]`));
    if (!isPlainObject(value)) throw refused(path, `is an instance of ${nameOf(value)}`);
    return Object.fromEntries(
      Object.entries(value).map(([key, property]) => [key, plain(property, `${path}.${key}`)]),
    );
  }

  function isoText(date: Date, path: string): string {
    if (Number.isNaN(date.getTime())) throw refused(path, "is an invalid Date");
    return date.toISOString();
  }

  function refused(path: string, what: string): VpsorgError {
    return new VpsorgError(
      "INVALID_ARGUMENT",
      `${owner}: ${path} ${what}, whose changes Pulumi cannot see: give text, numbers, lists or plain objects`,
    );
  }
}

/** Pulumi writes these into its state in ways of its own. */
function isPulumis(value: object): boolean {
  return (
    pulumi.Resource.isInstance(value) ||
    pulumi.asset.Asset.isInstance(value) ||
    pulumi.asset.Archive.isInstance(value)
  );
}

/** Of this realm or of another one: what it inherits from inherits from nothing. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: object): string {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === "string" && constructor.name !== "" ? constructor.name : "a class";
}
