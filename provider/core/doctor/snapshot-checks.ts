import { isFields, serverIdOf } from "./reading";
import type { Fields } from "./reading";
import { isKnownPending, snapshotProgress } from "../status";
import { SNAPSHOTS_PER_SERVER } from "../snapshot/slots";
import { idFinding, keyFindings, newKeys } from "./entry-checks";
import { checking, firstOf, several } from "./finding";
import type { Finding } from "./finding";
import { kindOf } from "./list-checks";
import { privateList, statusList } from "./public-words";
import type { PublicWords } from "./public-words";

const KEYS = ["id", "server", "name", "status", "size_mb", "created_at", "description"];
/** What has a check of its own. */
const APART = ["id", "server", "created_at"];
const NONE = "there is no snapshot";

interface Look {
  readonly words: PublicWords;
  readonly now: number;
  /** All pages were read. */
  readonly isWhole: boolean;
}

/** What the entries of the list of snapshots show. */
export function snapshotFindings(
  items: readonly Fields[],
  { words, now, isWhole }: Look,
): readonly Finding[] {
  return [
    idFinding(
      "snapshots: ids",
      "snapshot",
      items.map(({ id }) => id),
    ),
    ...keyFindings("snapshots", items, { documented: KEYS, needed: ["name", "status"], apart: APART }, words),
    types(items),
    statuses(items, words, now),
    times(items, now),
    server(items, words),
    names(items),
    perServer(items, isWhole),
    order(items),
  ];
}

/** Text, or nothing: whatever else makes the entry one that cannot be read. */
const isTextOrNone = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === "string";

function types(items: readonly Fields[]): Finding {
  const check = checking(
    "snapshots: types",
    "name, status, created_at and description are text, size_mb is a number or null",
  );
  if (items.length === 0) return check.unseen(NONE);
  const wrong = (key: string, isRight: (value: unknown) => boolean): string[] =>
    items.filter((item) => !isRight(item[key])).map((item) => `${key} is ${kindOf(item[key])}`);
  const isText = (value: unknown): boolean => value === undefined || typeof value === "string";
  const vital = [...wrong("name", isText), ...wrong("status", isText), ...wrong("description", isTextOrNone)];
  const size = wrong("size_mb", (v) => v === undefined || v === null || (typeof v === "number" && v >= 0));
  const all = [...vital, ...size];
  if (all.length === 0) return check.ok("as documented");
  const found = firstOf([...new Set(all)]);
  if (vital.length > 0)
    return check.fails(found, {
      effect: "Such an entry takes a slot, but is not shown, restored or imported.",
    });
  return check.differs(found, { effect: "The provider leaves sizeMb out." });
}

/** Nothing that VPS.org documents takes so long. */
const LONG_MS = 3_600_000;

function statuses(items: readonly Fields[], words: PublicWords, now: number): Finding {
  const check = checking("snapshots: status", "in_progress, completed");
  const texts = items.flatMap(({ status }) => (typeof status === "string" ? [status] : []));
  if (texts.length === 0) return check.unseen(NONE);
  const isKnown = (text: string): boolean => isDocumented(text) || isExpected(text);
  const found = statusList(texts, isKnown, words);
  const unknown = items.filter(({ status }) => typeof status === "string" && !isKnown(status));
  const lasting = unknown.filter((item) => ageOf(item, now) > LONG_MS);
  const detail =
    unknown.length === 0 ? {} : { detail: privateList(unknown.map(({ status }) => String(status))) };
  const remedy = "Report the word: it may be that of a success or of a failure.";
  if (lasting.length > 0 && !texts.some((text) => snapshotProgress(text) === "done")) {
    return check.fails(found, {
      ...detail,
      effect: `${several(lasting.length, "snapshot")} over an hour old with a word that nobody knows, and none is completed. A new one that ends with it is waited for until the time allowed is over, and none with it is restored.`,
      remedy,
    });
  }
  if (unknown.length > 0) {
    return check.differs(found, {
      ...detail,
      effect: "A word that nobody knows is said once and waited on, and no snapshot with it is restored.",
      ...(lasting.length > 0 ? { remedy } : {}),
    });
  }
  const stuck = items.filter((item) => isPending(item) && ageOf(item, now) > LONG_MS);
  if (stuck.length > 0) {
    return check.differs(`${found}; ${several(stuck.length, "snapshot")} unfinished for over an hour`, {
      effect: "A create waits until its time is over, and says so.",
      detail: `unfinished: ${firstOf(stuck.map(({ id }) => String(id)))}`,
    });
  }
  if (texts.every(isDocumented)) return check.ok(found);
  return check.differs(found, {
    effect: "The provider knows these words, or takes them in any case of letters.",
  });
}

const isDocumented = (status: string): boolean => status === "in_progress" || status === "completed";
const isExpected = (status: string): boolean =>
  snapshotProgress(status) !== "pending" || isKnownPending(status);

function isPending({ status }: Fields): boolean {
  return typeof status === "string" && snapshotProgress(status) === "pending";
}

function ageOf({ created_at: at }: Fields, now: number): number {
  return typeof at === "string" ? now - timeOf(at) : Number.NaN;
}

/** As the client reads it: without a zone it is UTC. */
function timeOf(text: string): number {
  return Date.parse(WITHOUT_ZONE.test(text) ? `${text.replace(" ", "T")}Z` : text);
}

const WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;
/** Between two clocks. */
const FUTURE_MS = 5 * 60_000;

function times(items: readonly Fields[], now: number): Finding {
  const check = checking("snapshots: times", "created_at such as 2025-01-15T18:30:00Z");
  if (items.length === 0) return check.unseen(NONE);
  const given = items.map(({ created_at: at }) => at);
  const unreadable = given.filter((at) => typeof at !== "string" || Number.isNaN(Date.parse(at)));
  if (unreadable.length > 0) {
    return check.fails(
      `${unreadable.length} of ${items.length} cannot be read (${firstOf([...new Set(unreadable.map(kindOf))])})`,
      {
        effect:
          "Ages are unknown, look-ups by time fail, and a create whose answer was lost is not found again.",
      },
    );
  }
  const texts = given.filter((at) => typeof at === "string");
  const zoned = texts.filter(
    (at) => !WITH_ZONE.test(at) && /(Z|GMT|UTC|[+-]\d\d:?\d\d)$/.test(at) && /\d:\d/.test(at),
  );
  const local = texts.filter((at) => !WITH_ZONE.test(at) && !WITHOUT_ZONE.test(at) && !zoned.includes(at));
  if (local.length > 0) {
    return check.fails(`${local.length} of ${items.length} in another form`, {
      effect: "They may be read in the time zone of this machine: ages are wrong by hours then.",
    });
  }
  const ahead = texts.filter((at) => timeOf(at) - now > FUTURE_MS);
  if (ahead.length > 0) {
    return check.differs(`${ahead.length} of ${items.length} are in the future`, {
      effect: "Ages are wrong: either the clock of this machine, or what VPS.org gives as UTC.",
      remedy: "Look at the line clock.",
    });
  }
  const bare = texts.filter((at) => WITHOUT_ZONE.test(at));
  if (bare.length > 0)
    return check.differs(`${bare.length} of ${items.length} without a zone`, {
      effect: "The provider reads them as UTC.",
    });
  if (zoned.length > 0) {
    return check.differs(`${zoned.length} of ${items.length} in another form, with a zone`, {
      effect: "The provider reads them, and gives `createdAt` as it is.",
    });
  }
  return check.ok(texts.every((at) => at.endsWith("Z")) ? "with a zone, UTC" : "with a zone");
}

function server(items: readonly Fields[], words: PublicWords): Finding {
  const check = checking("snapshots: server", "server: {id, name}");
  if (items.length === 0) return check.unseen(NONE);
  const plain = items.filter((item) => !isFields(item["server"]));
  if (plain.length > 0) {
    const kinds = [...new Set(plain.map((item) => kindOf(item["server"])))];
    return check.fails(`${plain.length} of ${items.length} with a server that is ${firstOf(kinds)}`, {
      effect: "Such an entry takes a slot, but is not shown, restored or imported.",
    });
  }
  const servers = items.map((item) => item["server"]).filter(isFields);
  const bad = servers.map(({ id }) => id);
  const ids = idFinding("snapshots: server", "server", bad);
  if (ids.verdict === "fails") return ids;
  const unnamed = servers.filter(({ name }) => typeof name !== "string");
  const more = newKeys("", servers, ["id", "name"], words);
  if (unnamed.length > 0)
    return check.differs("{id} without a name", { effect: "Messages show the id alone." });
  if (ids.verdict === "differs")
    return check.differs(`{id, name}, ids: ${ids.found}`, { effect: ids.effect ?? "" });
  if (more.verdict === "differs")
    return check.differs(`{id, name}, and ${more.found}`, { effect: "The provider does not look at them." });
  return check.ok("{id, name}");
}

function names(items: readonly Fields[]): Finding {
  const check = checking("snapshots: names", "letters, digits, hyphens and underscores");
  const named = items.filter(({ name }) => typeof name === "string");
  if (named.length === 0) return check.unseen(NONE);
  const odd = named.filter(({ name }) => !/^[A-Za-z0-9_-]+$/.test(String(name)));
  const keys = named.map((item) => JSON.stringify([serverIdOf(item), item["name"]]));
  const twice = keys.length - new Set(keys).size;
  const found = [
    ...(odd.length > 0 ? [`${several(odd.length, "name")} with other characters`] : []),
    ...(twice > 0 ? [`${several(twice, "name")} given twice on one server`] : []),
  ];
  if (found.length === 0) return check.ok("as documented, none twice on a server");
  return check.differs(found.join("; "), {
    effect:
      "The provider makes no such name itself and refuses one that is taken. One that exists is imported with the argument `name` left out.",
    detail: `snapshots ${firstOf((odd.length > 0 ? odd : named).map(({ id }) => String(id)))}`,
  });
}

function perServer(items: readonly Fields[], isWhole: boolean): Finding {
  const check = checking("snapshots: per server", `at most ${SNAPSHOTS_PER_SERVER}`);
  const counts = new Map<string, number>();
  for (const item of items) {
    const id = String(serverIdOf(item));
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  if (counts.size === 0) return check.unseen(NONE);
  if (!isWhole) return check.unseen("not all pages were read");
  const numbers = [...counts.values()].toSorted((a, b) => b - a);
  const full = [...counts].filter(([, count]) => count >= SNAPSHOTS_PER_SERVER);
  const filled = full.length === 0 ? "" : `; ${several(full.length, "server")} full`;
  const found = `${firstOf(numbers.map(String), 12)} of ${SNAPSHOTS_PER_SERVER}${filled}`;
  const detail = full.length === 0 ? {} : { detail: `full: ${firstOf(full.map(([id]) => `server ${id}`))}` };
  if ((numbers[0] ?? 0) <= SNAPSHOTS_PER_SERVER) return check.ok(found, detail);
  return check.differs(found, {
    ...detail,
    effect: `The provider refuses a create on a server that holds ${SNAPSHOTS_PER_SERVER} or more.`,
  });
}

function order(items: readonly Fields[]): Finding {
  const check = checking("snapshots: order");
  const at = items.map(({ created_at: time }) => (typeof time === "string" ? timeOf(time) : Number.NaN));
  if (new Set(at).size < 2 || at.some(Number.isNaN)) return check.unseen("too few times to tell");
  const isSorted = (sign: number): boolean =>
    at.every((time, i) => i === 0 || sign * (time - (at[i - 1] ?? time)) >= 0);
  return check.ok(isSorted(-1) ? "newest first" : isSorted(1) ? "oldest first" : "by no time", {
    effect: "The provider sorts by itself.",
  });
}
