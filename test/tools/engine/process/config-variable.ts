import type { ConfigValue } from "../state/stack-config";

export type Config = Record<string, ConfigValue>;

/** The variable that carries the configuration; in it keys are still written `namespace:config:name`. */
export function configVariable(config: Config): string {
  const entries = Object.entries(config).map(([key, { value }]) => [key.replace(":", ":config:"), value]);
  return JSON.stringify(Object.fromEntries(entries));
}
