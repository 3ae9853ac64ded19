import type { Op } from "./events";

/** The sign before a row. */
const signs: Record<Op, string> = {
  same: "  ",
  create: "+ ",
  update: "~ ",
  delete: "- ",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  read: "> ",
  "read-discard": "< ",
  refresh: "~ ",
  import: "= ",
  "remove-pending-replace": "~ ",
};

interface Words {
  preview: string;
  doing: string;
  done: string;
}

const verb = (preview: string, doing: string, done: string): Words => ({ preview, doing, done });

const words: Record<Op, Words> = {
  same: verb("", "", ""),
  create: verb("create", "creating", "created"),
  update: verb("update", "updating", "updated"),
  delete: verb("delete", "deleting", "deleted"),
  replace: verb("replace", "replacing", "replaced"),
  "create-replacement": verb("create replacement", "creating replacement", "created replacement"),
  "delete-replaced": verb("delete original", "deleting original", "deleted original"),
  read: verb("read", "reading", "read"),
  "read-discard": verb("discard", "discarding", "discarded"),
  refresh: verb("refreshing", "refreshing", "refresh"),
  import: verb("import", "importing", "imported"),
  "remove-pending-replace": verb("", "", ""),
};

const failures: Partial<Record<Op, string>> = {
  "create-replacement": "creating failed",
  "delete-replaced": "deleting failed",
};

export const sign = (op: Op) => signs[op];
export const rowSign = (op: Op) => ` ${signs[op]} `;
export const wordsOf = (op: Op) => words[op];
export const failedWords = (op: Op) => failures[op] ?? `${words[op].doing || "step"} failed`;

export const gerunds = {
  update: "updating",
  refresh: "refreshing",
  destroy: "destroying",
  import: "importing",
};

export function seconds(ms: number): string {
  return ms < 1000 ? `${(ms / 1000).toFixed(2)}s` : `${Math.floor(ms / 1000)}s`;
}
