import * as pulumi from "@pulumi/pulumi";

/**
 * What a resource tells its provider, which the engine does not: where it will stand, whether this is a preview, and what
 * its class adds. Only what is there: each property, also an undefined one, costs the program Outputs of its own.
 */
export function hints(
  name: string,
  type: string,
  parent: pulumi.Resource | undefined,
  more: pulumi.Inputs = {},
): pulumi.Inputs {
  const __preview = pulumi.runtime.isDryRun() ? true : undefined;
  const all = { ...more, __urn: futureUrn(name, type, parent), __preview };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * The URN that a resource will have, so that its messages land on its own row. With a parent a plain promise: an Output of
 * the parent's URN would make the resource depend on its parent, and so on all that the parent has beside it.
 */
export function futureUrn(
  name: string,
  type: string,
  parent: pulumi.Resource | undefined,
): string | Promise<string | undefined> | undefined {
  // As `createUrn` makes it, without its Outputs: hundreds of resources have no parent.
  if (parent === undefined)
    return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
  const urn: unknown = pulumi.createUrn(name, type, parent);
  // The SDK takes its own Outputs apart like this; its types do not show it.
  const { promise } = urn as { readonly promise?: () => Promise<string | undefined> };
  return promise?.call(urn);
}
