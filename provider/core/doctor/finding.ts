/** Those of an API that cannot be worked with, and of a token that it refuses. */
export type FailureCode =
  "API_ERROR" | "AUTH_FAILED" | "CONNECTION" | "INCOMPLETE_LIST" | "RATE_LIMITED" | "RESPONSE_SHAPE";

/**
 * `ok`: as documented, or as the provider needs it where nothing is documented. `differs`: not as documented, and the
 * provider copes. `fails`: something would fail. `unseen`: this account shows nothing of it.
 */
export type Verdict = "ok" | "differs" | "fails" | "unseen";

/** What was found in one respect. All but `detail` may be shown to anybody: it holds nothing of the account. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** What the documentation says. */
  readonly documented?: string;
  /** What the provider makes of it. */
  readonly effect?: string;
  readonly remedy?: string;
  /** For the account's own people: ids, words, and what the API said. */
  readonly detail?: string;
  /** Of what fails: the code of the error that the examination ends with. */
  readonly code?: FailureCode;
}

type More = Partial<Omit<Finding, "check" | "verdict" | "found">>;
type Explained = More & Required<Pick<Finding, "effect">>;

/** Findings of one respect. */
export interface Check {
  ok(found: string, more?: More): Finding;
  differs(found: string, more: Explained): Finding;
  fails(found: string, more: Explained): Finding;
  unseen(found: string, more?: More): Finding;
}

export function checking(check: string, documented?: string): Check {
  const base = { check, ...(documented === undefined ? {} : { documented }) };
  return {
    ok: (found, more = {}) => ({ ...base, verdict: "ok", found, ...more }),
    differs: (found, more) => ({ ...base, verdict: "differs", found, ...more }),
    fails: (found, more) => ({ ...base, verdict: "fails", found, code: "RESPONSE_SHAPE", ...more }),
    unseen: (found, more = {}) => ({ ...base, verdict: "unseen", found, ...more }),
  };
}

/** `1 snapshot`, `2 snapshots`. */
export function several(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first few of many, for a line. */
export function firstOf(texts: readonly string[], limit = 10): string {
  const rest = texts.length - limit;
  return rest > 0 ? `${texts.slice(0, limit).join(", ")} and ${rest} more` : texts.join(", ");
}
