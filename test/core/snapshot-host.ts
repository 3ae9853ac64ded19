import { createProvider } from "../../provider/host/provider";
import type { Provider } from "../../provider/host/provider";
import { CANARY } from "../tools/support/account";

/** What state holds as the provider of a `Snapshot`. */
export const PROVIDER = 'exports.handler=()=>require("pulumi-vpsorg/host")';

/** The handler of a `Snapshot` in a provider host of its own, as each run of the engine has one. */
export function openHost(endpoint: string): Provider["snapshot"] {
  const host = createProvider().snapshot;
  const config = new Map([
    ["vpsorg:token", CANARY],
    ["vpsorg:endpoint", endpoint],
    ["vpsorg:pollIntervalSeconds", "0.05"],
  ]);
  host.configure({ config });
  return host;
}
