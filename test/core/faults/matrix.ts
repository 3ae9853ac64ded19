import type { ColumnName } from "./columns";

/**
 * The fault matrix: faults down, operations across.
 *
 * Each cell says how the operation has to end when the fault happens once, and when it lasts; one word where there
 * is only one way for it to happen. The words are defined in the files `expect-*.ts`. A letter in brackets leaves
 * the combination out, with its reason below. "before" and "after" are before and after the API acted. A stall that lasts
 * costs seconds of real time: the first create of a ring leaves it to the addition, which does the same with it.
 */
export const MATRIX = `
fault                    | list        | create          | wait          | read        | delete        | restore         | restore wait | rotation create | addition        | pruning       | rotation read
429, before              | ok error    | again unmade    | done partial  | ok error    | gone late     | unmade unmade   | done timeout | again unknown   | again unknown   | gone late     | ok error
429, after               | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
429 with seconds, before | ok error    | again unmade    | done partial  | ok error    | gone late     | unmade unmade   | done timeout | again unknown   | again unknown   | gone late     | ok error
429 with seconds, after  | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
429 with a date, before  | ok error    | again unmade    | done partial  | ok error    | gone late     | unmade unmade   | done timeout | again unknown   | again unknown   | gone late     | ok error
429 with a date, after   | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
500, before              | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
500, after               | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
502, before              | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
502, after               | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
503, before              | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
503, after               | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
504, before              | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
504, after               | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
refused                  | ok error    | made unmade     | done partial  | ok error    | gone kept     | done unmade     | done timeout | made unmade     | made unmade     | gone kept     | ok error
reset, before            | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
reset, after             | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
stalled headers, before  | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown         | unknown unknown | gone kept     | ok error
stalled headers, after   | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted         | adopted unknown | gone honest   | (a)
stalled body             | ok error    | adopted unknown | done partial  | ok error    | (b)           | seen unknown    | done timeout | adopted         | adopted unknown | (b)           | ok error
truncated JSON           | ok error    | adopted unknown | done partial  | ok error    | (b)           | seen unknown    | done timeout | adopted unknown | adopted unknown | (b)           | ok error
HTML with 200, before    | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
HTML with 200, after     | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
empty body, before       | ok error    | unknown unknown | done partial  | ok error    | gone kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | gone kept     | ok error
empty body, after        | (a)         | adopted unknown | (a)           | (a)         | gone honest   | seen unknown    | (a)          | adopted unknown | adopted unknown | gone honest   | (a)
wrong types              | error error | adopted unknown | done partial  | error error | (b)           | seen unknown    | done timeout | adopted unknown | adopted unknown | (b)           | error error
missing fields           | error error | adopted unknown | done partial  | error error | (b)           | seen unknown    | done timeout | adopted unknown | adopted unknown | (b)           | error error
unknown status           | word word   | made partial    | done partial  | word word   | (b)           | done timeout    | done timeout | made partial    | made partial    | (b)           | word word
oversized, before        | error error | unknown unknown | done partial  | error error | kept kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | kept kept     | error error
oversized, after         | (a)         | adopted unknown | (a)           | (a)         | honest honest | seen unknown    | (a)          | adopted unknown | adopted unknown | honest honest | (a)
redirect, before         | error error | unknown unknown | done partial  | error error | kept kept     | unknown unknown | done timeout | unknown unknown | unknown unknown | kept kept     | error error
redirect, after          | (a)         | adopted unknown | (a)           | (a)         | honest honest | seen unknown    | (a)          | adopted unknown | adopted unknown | honest honest | (a)
foreign next             | error error | adopted unknown | done partial  | error error | (c)           | (c)             | done timeout | adopted unknown | adopted unknown | (c)           | error error
list lag                 | (d)         | adopted unknown | done unlisted | there       | gone          | seen unknown    | done         | adopted unknown | adopted unknown | gone unlisted | there
shrinking pages          | ok error    | adopted         | done          | ok error    | (c)           | (c)             | done         | adopted         | adopted         | (c)           | ok error
vanishing snapshot       | (e)         | unknown         | missing       | (e)         | gone          | unmade          | done         | unknown         | unknown         | gone          | (e)
foreign deletion         | ok          | made            | unlisted      | gone        | gone          | unmade          | lost         | made            | made            | gone          | gone
foreign creation         | ok          | quota           | done          | (f)         | (f)           | (f)             | (f)          | quota           | quota           | (f)           | (f)
`;

/** Why a combination is left out. */
export const REASONS: Readonly<Record<string, string>> = {
  a: "reading changes nothing on the server, so a fault after it is the same as one before it",
  b: "a DELETE is answered by a 204, which has no body that could be broken",
  c: "the operation reads no pages of its own: its answer is one object or nothing",
  d: "a list cannot know what it lacks; what is made of such a list is in the other columns",
  e: "one look finds it or does not: the same as a foreign deletion before it",
  f: "it takes no slot of the server, so it does not matter that there is none left",
};

/** The faults and the operations that have to be there. */
export const REQUIRED_FAULTS = [
  ...["429", "429 with seconds", "429 with a date", "500", "502", "503", "504"].flatMap(bothWays),
  "refused",
  ...["reset", "stalled headers"].flatMap(bothWays),
  ...["stalled body", "truncated JSON"],
  ...["HTML with 200", "empty body"].flatMap(bothWays),
  ...["wrong types", "missing fields", "unknown status"],
  ...["oversized", "redirect"].flatMap(bothWays),
  ...["foreign next", "list lag", "shrinking pages", "vanishing snapshot"],
  ...["foreign deletion", "foreign creation"],
];
export const REQUIRED_OPERATIONS: readonly ColumnName[] = [
  "list",
  "create",
  "wait",
  "read",
  "delete",
  "restore",
  "restore wait",
  "rotation create",
  "addition",
  "pruning",
  "rotation read",
];

function bothWays(fault: string): string[] {
  return [`${fault}, before`, `${fault}, after`];
}

export interface Combination {
  readonly fault: string;
  readonly operation: string;
  /** How it has to end, once and lasting; empty where it is left out. */
  readonly words: readonly string[];
  /** The letter of the reason why it is left out. */
  readonly reason: string | undefined;
}

export function combinations(): Combination[] {
  const [head = [], ...lines] = MATRIX.trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return lines.flatMap(([fault = "", ...cells]) =>
    cells.map((cell, i) => {
      const reason = /^\((.*)\)$/.exec(cell)?.[1];
      const words = reason === undefined ? cell.split(/\s+/).filter((word) => word !== "") : [];
      return { fault, operation: head[i + 1] ?? "", words, reason };
    }),
  );
}
