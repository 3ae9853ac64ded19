/**
 * The core's messages speak to people in a Pulumi project. The command has options and an environment instead of
 * arguments and a configuration, so the same things have other names here.
 */
const NAMES: readonly (readonly [string | RegExp, string])[] = [
  [/run `pulumi config set --secret vpsorg:token` or set/, "set"],
  [/, or with `pulumi config set --secret vpsorg:token`/, ""],
  [/the endpoint in vpsorg:endpoint/, "the endpoint in --endpoint"],
  [/vpsorg:endpoint/g, "VPSORG_ENDPOINT (or --endpoint)"],
  [/^serverId must/, "--server must"],
  [/`serverId` names/, "--server names"],
  [/^nameRegex is/, "--name-regex is"],
];

export function forCommand(message: string): string {
  return NAMES.reduce((text, [from, to]) => text.replace(from, to), message);
}
