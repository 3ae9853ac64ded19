import {
  checkFields,
  InvalidInput,
  isAmount,
  isAnything,
  isCount,
  isFlag,
  isListOf,
  isMapOf,
  isOneOf,
  isPattern,
  isRecord,
  isShape,
  isStatus,
  isText,
  type Check,
  type Fields,
} from "./checks";
import { parseOutside } from "./control-input";
import type { Fault, FaultAction, FaultKind } from "./faults";

const isEffect: Check = (value) => {
  parseOutside(value);
  return true;
};

/** For each kind what its action must have, and what it may have. */
const ACTIONS: Record<FaultKind, [required: Fields, optional: Fields]> = {
  status: [
    { status: isStatus },
    { headers: isMapOf(isText), body: isAnything, retryAfterSeconds: isAmount, retryAfterDate: isAmount },
  ],
  reset: [{}, {}],
  close: [{}, {}],
  stall: [{}, {}],
  stallBody: [{}, {}],
  cutBody: [{}, {}],
  truncate: [{}, {}],
  html: [{}, { status: isStatus }],
  empty: [{}, { status: isStatus }],
  replaceBody: [{ body: isAnything }, { status: isStatus }],
  patch: [{}, { status: isStatus, drop: isListOf(isText), set: isMapOf(isAnything) }],
  oversized: [{ bytes: isCount }, { declared: isFlag }],
  redirect: [{ location: isText }, { status: isStatus }],
  next: [{ url: isText }, {}],
  deep: [{ depth: isCount }, {}],
  delay: [{ ms: isAmount }, {}],
  run: [{ effect: isEffect }, {}],
};

const OWN_ANSWER: readonly FaultKind[] = ["stallBody", "cutBody", "truncate", "patch", "next"];

/** Whether the action changes the API's own answer, and so can only come after it. */
export function needsAnswer(action: FaultAction): boolean {
  return OWN_ANSWER.includes(action.kind);
}

export function parseFault(value: unknown): Fault {
  const isMatch = isShape("match", {}, { method: isText, path: isPattern, query: isPattern });
  const optional = { id: isText, skip: isCount, times: isCount, when: isOneOf("before", "after") };
  checkFields("fault", value, { match: isMatch, action: isRecord }, optional);
  const fault = value as Fault;
  const kinds: Record<string, [Fields, Fields] | undefined> = ACTIONS;
  const fields = kinds[fault.action.kind];
  if (!fields) throw new InvalidInput(`"kind" must be one of ${Object.keys(ACTIONS).join(", ")}`);
  checkFields(fault.action.kind, fault.action, { kind: isText, ...fields[0] }, fields[1]);
  if (fault.when === "before" && needsAnswer(fault.action)) {
    throw new InvalidInput(`${fault.action.kind} is made from the API's answer: "when" must be "after"`);
  }
  return fault;
}
