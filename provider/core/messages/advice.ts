import type { TokenSource } from "../config";

/**
 * What to do next depends on where a person is: in a Pulumi project, in a program that names the account itself, or at
 * the command line. The core says what happened; this says what to run, and what things are called there.
 */
export interface Advice {
  /** What a setting is called where a person gives it by hand; the environment comes after that. */
  setting(key: SettingKey): string;
  /** After an argument that is wrong: what it is called where a person gives it. */
  argument(name: string): string;
  /** Where there is no token at all. */
  setToken(): string;
  /** After a token that was not accepted. */
  renewToken(source: TokenSource): string;
  /** Where what answers is not the API, or nothing does. Without a full stop, so that it can go on. */
  checkEndpoint(): string;
  /** After a server that the API does not know. */
  checkServer(): string;
  /** After a wait that ended early: the snapshot goes on by itself. */
  resume(id: string, serverId: string): string;
  /** After a snapshot that was accepted and never showed. */
  forget(): string;
  /** After a snapshot that failed. */
  replace(id: string): string;
  /** After one that is in no list any more. */
  gone(): string;
  /** The same, for one that the program imports. */
  replaceImported(): string;
  /** What becomes of the record of one that is missing together with its server. */
  dropped(): string;
  moreTime(operation: "create" | "delete", minutes: string): string;
  /** After a name that is taken by another snapshot. */
  taken(id: string): string;
  /** Before the list of what fills a server. Without a full stop, so that the list can follow. */
  makeRoom(): string;
  /** After that list. */
  full(): string;
  /** How to go on with a snapshot that exists already. */
  adopt(id: string): string;
  /** After a delete that did not end well. */
  deleteAgain(id: string): string;
}

export type SettingKey = "token" | "endpoint" | "pollIntervalSeconds";

/** This package's command, as it is run in the folder of a project that has the package. */
export const commandLine = (args: string): string => `\`npx --no-install pulumi-vpsorg ${args}\``;

export const remove = (id: string): string => `delete it with ${commandLine(`delete ${id}`)}`;

/** After a change of the endpoint under what was recorded at another one. */
export const resetEndpoint = (recorded: string): string =>
  `Set vpsorg:endpoint (or VPSORG_ENDPOINT) back to ${recorded}`;

/** `--replace` and a taint give the provider no sign that there is an old half. */
const DELETE_FIRST =
  "To renew one of these by --replace or a taint, give its resource the option deleteBeforeReplace: its old snapshot then " +
  "goes first, and until the new one is completed there is none.";

/** The token as a secret of the stack. */
export const SET_TOKEN = "`pulumi config set --secret vpsorg:token`";

export const pulumiAdvice: Advice = {
  setting: (key) => `vpsorg:${key}`,
  argument: (name) => name,
  setToken: () => `run ${SET_TOKEN} or set the environment variable VPSORG_TOKEN`,
  renewToken: (source) => {
    if (source === "config") return `Set a valid one with ${SET_TOKEN}`;
    const where = source === "environment" ? "there, or " : "";
    return (
      `Set a valid one ${where}with ${SET_TOKEN}; \`pulumi refresh\` and \`pulumi destroy\` use that with --run-program, or after a ` +
      "`pulumi up`. --run-program runs the program: a restoreSnapshot with everyRun: true in it restores again"
    );
  },
  checkEndpoint: () => "Check vpsorg:endpoint",
  checkServer: () => "Check that `serverId` names a server of this account.",
  resume: () => "It is recorded; the next `pulumi up` goes on waiting and makes no second one.",
  forget: () => "If it never shows, `pulumi refresh` takes it out of the state.",
  replace: () => "The next `pulumi up` deletes it, if it still exists, and makes a new one.",
  gone: () => "The next `pulumi up` looks again, and makes a new one where it is still gone.",
  dropped: () => "It is dropped from the state.",
  replaceImported: () => "Remove the resource option import to have it replaced by a new one.",
  moreTime: (operation, minutes) =>
    `To allow more time set customTimeouts, for example { ${operation}: "${minutes}m"${
      operation === "create" ? `, update: "${minutes}m"` : ""
    } }.`,
  taken: (id) =>
    `${DELETE_FIRST} If an interrupted run of this resource has left it, ${remove(id)}, or keep it: take this resource out of ` +
    `the state with \`pulumi state delete URN\` and give it the option { import: "${id}" }. Otherwise adopt that one as a ` +
    `resource of its own, with the option { import: "${id}" }, or choose another name, or leave it out.`,
  // Which of them this stack holds is not known in a preview: the check of a resource tells nothing of those after it.
  makeRoom: () =>
    `First delete one of these that is in no stack, with ${commandLine("delete ID")} (\`pulumi stack export\` names all that are in ` +
    'this one; what has "delete": true there goes with the next `pulumi up` that has no error); or take one of the stack\'s own ' +
    "out of the program, or lower the keep of its rotation, and run `pulumi up` before this one is declared",
  full: () => `\n${DELETE_FIRST}`,
  adopt: (id) => `adopt it as a resource of its own, with the option { import: "${id}" }`,
  deleteAgain: () => "It stays in the state; run the command again.",
};

/** Of a safety snapshot: it cannot be imported, and whatever becomes of it stays on the server. */
export const safetyAdvice: Advice = {
  ...pulumiAdvice,
  forget: () =>
    "If it never shows, `pulumi up --replace` with the URN of the SafetySnapshot takes another one.",
  replace: (id) =>
    `The next \`pulumi up\` takes another one and leaves this one; if it still exists, ${remove(id)}.`,
  gone: () => "The next `pulumi up` takes another one.",
  taken: (id) => `Run it once more; to make room, ${remove(id)}.`,
  full: () => "",
  adopt: () => "keep it",
  deleteAgain: () => "",
};

/** Of a snapshot that a rotation makes. */
export const rotationAdvice: Advice = {
  ...pulumiAdvice,
  resume: () => "It is recorded; the next `pulumi up` goes on waiting and adds no second one.",
  forget: () => "If it never shows, `pulumi refresh` takes it out of the ring.",
  replace: () => "The next `pulumi up` deletes it, if it still exists, and adds another one.",
  gone: () => "The next `pulumi up` adds another one.",
  taken: () => "An interrupted run of this rotation has made it: the next `pulumi up` takes it in.",
  full: () =>
    "\nOne of this rotation's own, if there is any, is named by the next `pulumi up` and goes first.",
  adopt: (id) => `take it into the ring with adopt: ["${id}"]`,
};

/** In a script that no engine runs: there is no configuration. */
export const scriptAdvice: Advice = {
  ...pulumiAdvice,
  setToken: () => "set the environment variable VPSORG_TOKEN",
  renewToken: () => "Set a valid one there",
  checkEndpoint: () => "Check VPSORG_ENDPOINT",
};

/** In a call of a program that names the account itself. */
export const connectionAdvice: Advice = {
  ...pulumiAdvice,
  setting: (key) => (key === "pollIntervalSeconds" ? pulumiAdvice.setting(key) : `connection.${key}`),
  setToken: () => "give one as connection.token",
  renewToken: () => "Pass a valid one",
  checkEndpoint: () => "Check connection.endpoint",
};

/** The command's options by the names that the core has for them; what is missing here is no option. */
const OPTIONS: Readonly<Record<string, string>> = {
  serverId: "--server",
  name: "--name",
  nameRegex: "--name-regex",
  description: "--description",
};

export const commandAdvice: Advice = {
  // Only the endpoint is an option: a token on a command line is seen by others.
  setting: (key) => `--${key}`,
  argument: (name) => OPTIONS[name] ?? name,
  setToken: () => "set the environment variable VPSORG_TOKEN",
  renewToken: () => "Set a valid one there",
  checkEndpoint: () => "Check VPSORG_ENDPOINT (or --endpoint)",
  checkServer: () => "Check that --server names a server of this account.",
  resume: (_id, serverId) =>
    `It continues on the server; ${commandLine(`list --server ${serverId}`)} shows how far it is.`,
  forget: () => "If it never shows, it was lost on the server: make a new one.",
  replace: (id) => `If it still exists, ${remove(id)}, then make a new one.`,
  gone: () => "Make a new one.",
  dropped: () => "",
  replaceImported: () => "",
  moreTime: () => "To allow more time use --timeout.",
  taken: (id) => `Choose another --name, or use that one: its id is ${id}.`,
  makeRoom: () => `First delete one of these that is in no Pulumi stack, with ${commandLine("delete ID")}`,
  full: () => "",
  adopt: (id) => `keep using it as ${id}`,
  deleteAgain: () => "Run the command again.",
};

/** The two ways out of a snapshot that nobody asked for. */
export function adoptOrDelete(advice: Advice, id: string): string {
  return `${advice.adopt(id)}, or ${remove(id)}`;
}
