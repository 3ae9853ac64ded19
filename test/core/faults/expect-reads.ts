import { isVpsorgError } from "../../../provider/api";
import type { SnapshotRecord } from "../../../provider/api";
import { errorOf, valueOf } from "./outcome";
import type { Expectation } from "./outcome";
import { count, ours, recorded } from "./stage";
import type { Stage } from "./stage";

/** Five attempts of a request, three passes over a list that changes, three pages each: reads stay bounded. */
function expectFewReads(stage: Stage, most: number): void {
  const reads = count(stage, "GET", /^\/snapshots\/$/);
  expect(reads).toBeLessThanOrEqual(most);
  expect(stage.requests("writes")).toEqual([]);
}

/** It fails, says why, and nothing is said about what exists. */
const error: Expectation = ({ stage, outcome, says }) => {
  const failed = errorOf(outcome);
  expect(isVpsorgError(failed)).toBe(true);
  expect(isVpsorgError(failed, "NOT_FOUND")).toBe(false);
  expect(failed.message).toMatch(says);
  expect(failed.message).toMatch(/VPS\.org/);
  expect(failed.message).toContain("GET /snapshots/");
  expectFewReads(stage, 9);
  expect(ours(stage)).toHaveLength(1);
};

export const LIST: Readonly<Record<string, Expectation>> = {
  /** The whole list, as it is on the server. */
  ok: ({ stage, outcome }) => {
    const listed = (valueOf(outcome) as SnapshotRecord[]).map(({ id }) => id).sort();
    const there = stage.emulator.model.state().snapshots.map(({ id }) => String(id));
    expect(listed).toEqual(there.sort());
    expectFewReads(stage, 6);
  },
  error,
  /** The whole list, with a status word that nobody documented as it came. */
  word: ({ stage, outcome }) => {
    const listed = valueOf(outcome) as SnapshotRecord[];
    expect(listed.map(({ status }) => status)).toEqual(["hibernating", "hibernating", "hibernating"]);
    expectFewReads(stage, 1);
  },
};

export const READ: Readonly<Record<string, Expectation>> = {
  /** What is recorded stays as it is. */
  ok: ({ stage, outcome }) => {
    expect(valueOf(outcome)).toEqual(recorded);
    expect(ours(stage)).toHaveLength(1);
    expectFewReads(stage, 6);
  },
  error,
  word: ({ stage, outcome }) => {
    expect(valueOf(outcome)).toEqual({ ...recorded, status: "hibernating" });
    expectFewReads(stage, 1);
  },
  /** Reported gone, and gone it is: the server's list and the account's both lack it. */
  gone: ({ stage, outcome }) => {
    expect(valueOf(outcome)).toBeUndefined();
    expect(ours(stage)).toEqual([]);
    expect(count(stage, "GET", /^\/snapshots\/$/)).toBe(2);
  },
  /** It exists, so it must not be reported gone; not to know is an error. */
  there: ({ stage, outcome }) => {
    expect(ours(stage)).toHaveLength(1);
    if (outcome.ok) expect(outcome.value).toMatchObject({ name: recorded.name });
    else expect(outcome.error.message).toContain(stage.subject.id);
  },
};
