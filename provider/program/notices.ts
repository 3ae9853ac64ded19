import * as pulumi from "@pulumi/pulumi";
import { SET_TOKEN } from "../core/messages/advice";
import { endpointNotice, resolveSettings } from "../core/config";
import { oncePerRun } from "./monitor";

const isFirst = oncePerRun();

/**
 * Says once a run, on the stack's row, what a person should know of the account before it is used: a token that
 * lies open, and an endpoint that is not VPS.org's. Only the program knows whether a value of the configuration is a
 * secret: the provider gets plain texts.
 */
export function noteConfiguration(): void {
  if (!isFirst()) return;
  const config = new pulumi.Config("vpsorg");
  const { settings } = resolveSettings((key) => config.get(key), process.env);
  if (settings === undefined) return;
  if (settings.tokenSource === "config" && !isSecret("vpsorg:token")) void pulumi.log.warn(OPEN_TOKEN);
  const notice = endpointNotice(settings.endpoint);
  if (notice !== undefined) void pulumi.log.info(notice);
}

/** The SDK asks itself like this; its types do not show it, and a version without it gives no warning. */
function isSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as { readonly isConfigSecret?: (key: string) => boolean };
  return isConfigSecret?.(key) ?? true;
}

const OPEN_TOKEN =
  "the API token vpsorg:token is not a secret of this stack: it lies open in the stack's file and in its state. Store it " +
  `encrypted with ${SET_TOKEN}, and replace it at VPS.org if others can read those.`;
