import * as pulumi from "@pulumi/pulumi";

/** Whether a value is a resource of this type, also one of another copy of this package. */
export function isOfType(value: unknown, type: string): boolean {
  return (
    pulumi.Resource.isInstance(value) && (value as { readonly __pulumiType?: unknown }).__pulumiType === type
  );
}
