import { toId } from "../../api/ids";
import { checking, firstOf, several } from "./finding";
import type { Finding } from "./finding";
import { kindOf } from "./list-checks";
import { publicList } from "./public-words";
import type { PublicWords } from "./public-words";
import type { Fields } from "./reading";

/** What snapshots and servers have in common: ids and keys. */

type IdForm = "numbers" | "numbers as text" | "UUIDs" | "other texts" | "no ids";

export function formOf(id: unknown): IdForm {
  if (typeof id === "number") return Number.isSafeInteger(id) && id > 0 ? "numbers" : "no ids";
  if (typeof id !== "string" || !/^[A-Za-z0-9-]{1,64}$/.test(id)) return "no ids";
  if (toId(id) !== id.toLowerCase()) return "other texts";
  return /^\d+$/.test(id) ? "numbers as text" : "UUIDs";
}

/** One check for the ids of a list; `noun` names what they are of. */
export function idFinding(name: string, noun: string, ids: readonly unknown[]): Finding {
  const check = checking(name, "whole numbers");
  if (ids.length === 0) return check.unseen(`there is no ${noun}`);
  const count = (form: IdForm): number => ids.filter((id) => formOf(id) === form).length;
  const forms = [...new Set(ids.map(formOf))].toSorted();
  const found =
    forms.length === 1 ? String(forms[0]) : forms.map((form) => `${form} (${count(form)})`).join(", ");
  if (count("no ids") > 0) {
    const kinds = [...new Set(ids.filter((id) => formOf(id) === "no ids").map(kindOf))];
    return check.fails(
      `${several(count("no ids"), noun)} of ${ids.length} without a usable id (${firstOf(kinds)})`,
      {
        effect: "The whole list is refused.",
      },
    );
  }
  if (count("other texts") > 0) {
    return check.fails(found, {
      effect: `Lists can be read, but no argument takes such an id: only positive whole numbers and UUIDs name a ${noun}.`,
    });
  }
  if (forms.length === 1 && forms[0] === "numbers") return check.ok(found);
  return check.differs(found, { effect: "The provider takes them, and keeps ids as text." });
}

interface Keys {
  readonly documented: readonly string[];
  /** Without them an entry cannot be used. */
  readonly needed: readonly string[];
  /** What another check speaks of. */
  readonly apart?: readonly string[];
}

/** Keys that are not documented, and documented ones that are missing. */
export function keyFindings(
  name: string,
  items: readonly Fields[],
  { documented, needed, apart = [] }: Keys,
  words: PublicWords,
): readonly Finding[] {
  const check = checking(`${name}: keys`, documented.join(", "));
  if (items.length === 0) return [check.unseen("there is no entry")];
  const missing = documented.filter((key) => !apart.includes(key) && items.some((item) => !(key in item)));
  const vital = missing.filter((key) => needed.includes(key));
  const present =
    vital.length > 0
      ? check.fails(`missing: ${missing.join(", ")}`, {
          effect: `An entry without ${vital.join(", ")} cannot be used by whoever needs it.`,
        })
      : missing.length > 0
        ? check.differs(`missing: ${missing.join(", ")}`, { effect: "The provider does not need them." })
        : check.ok("all that are documented");
  return [present, newKeys(name, items, documented, words)];
}

export function newKeys(
  name: string,
  items: readonly Fields[],
  documented: readonly string[],
  words: PublicWords,
): Finding {
  const check = checking(`${name}: new keys`, "none");
  const unknown = items.flatMap((item) => Object.keys(item).filter((key) => !documented.includes(key)));
  if (unknown.length === 0) return check.ok("none");
  return check.differs(
    publicList(unknown, (key) => words.key(key)),
    { effect: "The provider does not look at them." },
  );
}
