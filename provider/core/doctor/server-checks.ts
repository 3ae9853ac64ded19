import { ApiError } from "../../api";
import { isOtherId, sameForm } from "../../api/ids";
import { serverState } from "../status";
import { idFinding, keyFindings } from "./entry-checks";
import { failureOf } from "./failure";
import { checking, firstOf, several } from "./finding";
import type { Finding } from "./finding";
import { privateList, statusList } from "./public-words";
import type { PublicWords } from "./public-words";
import { readPage, serverIdOf } from "./reading";
import type { Fields } from "./reading";
import type { ListStep, Survey } from "./survey";

const KEYS = [
  ...["id", "name", "hostname", "status", "ip_address", "location", "plan", "os", "created_at", "updated_at"],
];
const DOCUMENTED = ["active", "stopped", "suspended", "restoring"];
const NONE = "there is no server";

/** What the entries of the list of servers show. */
export function serverFindings(items: readonly Fields[], words: PublicWords): readonly Finding[] {
  return [
    idFinding(
      "servers: ids",
      "server",
      items.map(({ id }) => id),
    ),
    ...keyFindings("servers", items, { documented: KEYS, needed: [], apart: ["id", "status"] }, words),
    statuses(items, words),
  ];
}

function statuses(items: readonly Fields[], words: PublicWords): Finding {
  const check = checking("servers: status", DOCUMENTED.join(", "));
  if (items.length === 0) return check.unseen(NONE);
  const texts = items.flatMap(({ status }) => (typeof status === "string" && status !== "" ? [status] : []));
  const unreadable = items.length - texts.length;
  if (unreadable > 0) {
    return check.fails(`${unreadable} of ${items.length} without a status that is text`, {
      effect: "Nothing of such a server is restored or deleted.",
    });
  }
  const isKnown = (text: string): boolean => serverState(text) !== "unknown";
  const unknown = texts.filter((text) => !isKnown(text));
  const found = statusList(texts, isKnown, words);
  const detail = unknown.length === 0 ? {} : { detail: privateList(unknown) };
  if (unknown.length > 0 && !texts.some((text) => serverState(text) === "working")) {
    return check.fails(found, {
      ...detail,
      effect:
        "No server shows a word of a working one. A restore that ends with such a word is waited for until the time allowed is over.",
      remedy: "Report the word, and what it means.",
    });
  }
  if (unknown.length > 0) {
    return check.differs(found, {
      ...detail,
      effect: "A word that nobody knows is said once and waited on.",
    });
  }
  if (texts.every((text) => DOCUMENTED.includes(text))) return check.ok(found);
  return check.differs(found, {
    effect: "The provider knows these words, or takes them in any case of letters.",
  });
}

/** Whether the servers that snapshots name are in the list of servers. */
export function membershipFinding({ snapshots, servers }: Survey): Finding {
  const check = checking("snapshots: their servers", "servers of the account");
  if (servers === undefined || servers.error !== undefined || servers.partial || snapshots.partial)
    return check.unseen("one of the two lists is not known");
  const holders = new Set(snapshots.entries.items.map((item) => textOf(serverIdOf(item))));
  holders.delete("");
  if (holders.size === 0) return check.unseen("there is no snapshot");
  const listed = servers.entries.items.map(({ id }) => textOf(id));
  const missing = [...holders].filter((id) => !listed.includes(id));
  if (missing.length === 0) return check.ok("all in the list of servers");
  const detail = `server ${firstOf(missing)}`;
  if (missing.some((id) => listed.some((other) => !sameForm(id, other)))) {
    return check.differs(
      `${missing.length} of ${holders.size} named by another form of id than in the list of servers`,
      {
        effect: "The provider asks for such a server by itself. Use the form that snapshots show.",
        detail,
      },
    );
  }
  return check.differs(`${missing.length} of ${holders.size} not in the list of servers`, {
    effect: "A preview warns of them; a restore of such a snapshot is refused.",
    detail,
  });
}

const textOf = (id: unknown): string =>
  typeof id === "number" || typeof id === "string" ? String(id).toLowerCase() : "";

/** Whether `?server_id=` gives the snapshots of one server and no others. */
export function filterFinding({ snapshots, filtered }: Survey): Finding {
  const check = checking("snapshots: filter", "?server_id= gives those of one server");
  if (filtered.length === 0) return check.unseen("no server was asked for");
  // What is wrong with the whole is wrong with a part.
  if (snapshots.error !== undefined)
    return check.unseen("the whole list cannot be used, so there is nothing to compare with");
  const failed = filtered.find(({ error }) => error !== undefined);
  if (failed !== undefined) {
    const { found, detail, code } = failureOf(failed);
    const effect = "A create looks at the server's list first, and is refused without it.";
    return check.fails(found, { effect, detail, code });
  }
  const all = snapshots.entries.items;
  const foreign = filtered.flatMap((step) => othersIn(step));
  if (foreign.length > 0) {
    return check.differs(`it lists ${several(foreign.length, "snapshot")} of other servers`, {
      effect: "The provider leaves them out by itself; each look costs as much as one at the whole account.",
    });
  }
  const missing = filtered.flatMap((step) => {
    if (step.partial) return [];
    const there = new Set(step.entries.items.map(({ id }) => textOf(id)));
    return all.filter((item) => textOf(serverIdOf(item)) === step.serverId && !there.has(textOf(item["id"])));
  });
  if (missing.length > 0) {
    return check.fails(`it leaves out ${missing.length} of the server's snapshots`, {
      effect:
        "A create sees neither taken names nor a full server before its request, and `list --server` shows too little. Nothing is called gone on such a list.",
      remedy: "Run it again: one may have been deleted in between.",
      detail: `missing: snapshot ${firstOf(missing.map(({ id }) => String(id)))}`,
    });
  }
  const shown = filtered.reduce((sum, step) => sum + step.entries.items.length, 0);
  if (shown === 0 || new Set(all.map((item) => textOf(serverIdOf(item)))).size + filtered.length < 3)
    return check.unseen(
      `${several(filtered.length, "list")} of one server, and nothing to tell them from the whole`,
    );
  return check.ok("those of the server alone");
}

function othersIn({ entries, serverId = "" }: ListStep): readonly Fields[] {
  return entries.items.filter((item) => {
    const id = textOf(serverIdOf(item));
    return id !== "" && isOtherId(id, serverId);
  });
}

/** Whether one server can be asked for by itself. */
export function detailFinding({ detail: detailStep, servers }: Survey): Finding {
  const check = checking("servers: one", "not shown; /servers/ID/ by the API's convention");
  const [answer] = detailStep?.answers ?? [];
  if (detailStep === undefined) return check.unseen("no server was asked for");
  const isListed = servers !== undefined && servers.error === undefined;
  if (answer !== undefined && (answer.status === 404 || answer.status === 405)) {
    const found = `/servers/ID/ answers ${answer.status}`;
    if (isListed)
      return check.differs(found, { effect: "The provider looks into the list of servers instead." });
    return check.fails(found, {
      effect: "With no list of servers either, a restore is refused before anything is done.",
    });
  }
  const { error } = detailStep;
  if (error !== undefined || answer === undefined) {
    const isWrapped = answer?.status === 200 && !("id" in readPage(answer).fields);
    const { found, detail, code } = failureOf(detailStep);
    return check.fails(isWrapped ? "/servers/ID/ answers something else than the server" : found, {
      effect: "A restore is refused before anything is done: it has to know the status of its server.",
      detail,
      code,
    });
  }
  const { fields } = readPage(answer);
  const same = servers?.entries.items.find(({ id }) => textOf(id) === textOf(fields["id"]));
  if (typeof same?.["status"] === "string" && same["status"] !== fields["status"]) {
    return check.differs("/servers/ID/ is there, with another status than in the list", {
      effect: "One of them may be late. A wait looks at /servers/ID/.",
    });
  }
  return check.ok("/servers/ID/ is there");
}

/** Where the list of servers is refused for good; what is lost depends on whether one server can be asked for. */
export function unlistedFinding({ snapshots, servers, detail }: Survey): Finding | undefined {
  const error = servers?.error;
  if (
    snapshots.error !== undefined ||
    servers === undefined ||
    !(error instanceof ApiError) ||
    ![403, 404, 405].includes(error.status)
  )
    return undefined;
  const check = checking("servers: list", "200 with {count, results}");
  const { found, detail: said, code } = failureOf(servers);
  const remedy = error.status === 403 ? { remedy: "Use a token that may also list servers." } : {};
  if (detail !== undefined && detail.error === undefined && !detail.partial) {
    return check.differs(found, {
      effect:
        "Snapshots are taken, deleted and restored all the same; a delete does not see a restore that is running.",
      ...remedy,
      detail: said,
    });
  }
  return check.fails(found, {
    effect: "Snapshots can be taken, listed and deleted. A restore is refused before anything is done.",
    ...remedy,
    detail: said,
    code,
  });
}
