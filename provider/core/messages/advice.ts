/**
 * What to do next depends on where a person is: in a Pulumi project, or at the command line. The core says what
 * happened; this says what to run.
 */
export interface Advice {
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
  moreTime(operation: "create" | "delete", minutes: string): string;
  /** After a name that is taken by another snapshot. */
  taken(id: string): string;
  /** After the list of what fills a server. */
  full(): string;
  /** How to go on with a snapshot that exists already. */
  adopt(id: string): string;
  /** After a delete that did not end well. */
  deleteAgain(id: string): string;
}

export const remove = (id: string): string =>
  `delete it with \`npx --no-install pulumi-vpsorg delete ${id}\``;

/** `--replace` and a taint give the provider no sign that there is an old half. */
const DELETE_FIRST =
  "Where --replace or a taint is to renew one of these, give that resource the option deleteBeforeReplace: then there is " +
  "no snapshot of it until the new one is completed.";

export const pulumiAdvice: Advice = {
  resume: () => "It is recorded; the next `pulumi up` goes on waiting and makes no second one.",
  forget: () => "If it never shows, `pulumi refresh` takes it out of the state.",
  replace: () => "The next `pulumi up` deletes it, if it still exists, and makes a new one.",
  gone: () => "The next `pulumi up` looks again, and makes a new one where it is still gone.",
  replaceImported: () => "Remove the resource option import to have it replaced by a new one.",
  moreTime: (operation, minutes) =>
    `To allow more time set customTimeouts, for example { ${operation}: "${minutes}m"${
      operation === "create" ? `, update: "${minutes}m"` : ""
    } }.`,
  taken: (id) =>
    `${DELETE_FIRST} Otherwise adopt that one as a resource of its own, with the option { import: "${id}" }, or choose ` +
    "another name, or leave it out.",
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

export const commandAdvice: Advice = {
  resume: (_id, serverId) =>
    `It continues on the server; \`npx --no-install pulumi-vpsorg list --server ${serverId}\` shows how far it is.`,
  forget: () => "If it never shows, it was lost on the server: make a new one.",
  replace: (id) => `If it still exists, ${remove(id)}, then make a new one.`,
  gone: () => "Make a new one.",
  replaceImported: () => "",
  moreTime: () => "To allow more time use --timeout.",
  taken: (id) => `Choose another --name, or use that one: its id is ${id}.`,
  full: () => "",
  adopt: (id) => `keep using it as ${id}`,
  deleteAgain: () => "Run the command again.",
};

/** The two ways out of a snapshot that nobody asked for. */
export function adoptOrDelete(advice: Advice, id: string): string {
  return `${advice.adopt(id)}, or ${remove(id)}`;
}
