export const stackType = "pulumi:pulumi:Stack";
export const providerType = "pulumi:providers:pulumi-nodejs";

export interface Place {
  stack: string;
  project: string;
}

const parts = (urn: string) => urn.split("::");

/** `Box$pkg:mod:Thing` in full, with the types of the parents. */
export const qualifiedType = (urn: string) => parts(urn)[2] ?? "";
export const typeOf = (urn: string) => qualifiedType(urn).split("$").at(-1) ?? "";
export const nameOf = (urn: string) => parts(urn).slice(3).join("::");

export function makeUrn(place: Place, type: string, name: string, parent?: string): string {
  const above = parent && typeOf(parent) !== stackType ? `${qualifiedType(parent)}$` : "";
  return `urn:pulumi:${place.stack}::${place.project}::${above}${type}::${name}`;
}

export const stackUrn = (place: Place) => makeUrn(place, stackType, `${place.project}-${place.stack}`);
export const providerUrn = (place: Place) => makeUrn(place, providerType, "default");

/** A reference to a provider is its URN and its id. */
export const urnOfReference = (reference: string) => reference.split("::").slice(0, -1).join("::");

export interface AliasSpec {
  name?: string | undefined;
  type?: string | undefined;
  stack?: string | undefined;
  project?: string | undefined;
  parent?: string | undefined;
  noParent?: boolean | undefined;
}

export type Alias = string | AliasSpec;

/** The URN that an alias stands for, filled in from the resource that carries it. */
export function aliasUrn(alias: Alias, place: Place, type: string, name: string, parent?: string): string {
  if (typeof alias === "string") return alias;
  const there = { stack: alias.stack ?? place.stack, project: alias.project ?? place.project };
  const above = alias.noParent ? undefined : (alias.parent ?? parent);
  return makeUrn(there, alias.type ?? type, alias.name ?? name, above);
}

/** What a child was called while its parent had another URN: a name that begins with the parent's follows it. */
export function inheritedAlias(
  place: Place,
  type: string,
  name: string,
  parent: string,
  old: string,
): string {
  const before = nameOf(parent);
  const renamed = name.startsWith(before) ? `${nameOf(old)}${name.slice(before.length)}` : name;
  return makeUrn(place, type, renamed, old);
}
