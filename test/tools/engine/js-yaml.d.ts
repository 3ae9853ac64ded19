/** The two functions used of js-yaml, which carries no types of its own. */
declare module "js-yaml" {
  export function load(text: string): unknown;
  export function dump(value: unknown, options?: { indent?: number; lineWidth?: number }): string;
}
