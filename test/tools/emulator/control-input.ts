import type { BehaviourPatch } from "./behaviour";
import {
  checkFields,
  InvalidInput,
  isAmount,
  isCount,
  isFlag,
  isId,
  isListOf,
  isNullOr,
  isOneOf,
  isRecord,
  isShape,
  isText,
  type Check,
  type Fields,
} from "./checks";
import type { OutsideAction } from "./outside";

const isBusy = isShape(
  "busy",
  {},
  {
    operations: isListOf(isOneOf("create", "delete", "restore")),
    status: isOneOf(400, 409, 423),
    text: isText,
    times: isCount,
    forMs: isAmount,
  },
);

const SERVER_BEHAVIOUR: Fields = {
  listLagMs: isAmount,
  restoringLagMs: isAmount,
  finalSnapshotStatus: isText,
  intermediateStatus: isText,
  finalServerStatus: isText,
  neverEndsRestoring: isFlag,
  neverCompletes: isFlag,
  uniqueNames: isFlag,
  restoringConflictStatus: isOneOf(400, 409, 423),
  busy: isBusy,
};

const BEHAVIOUR: Fields = {
  ...SERVER_BEHAVIOUR,
  pageSize: (value) => isCount(value) && value !== 0,
  listOrder: isOneOf("newestFirst", "oldestFirst"),
  serverDetail: isOneOf(200, 404, 405),
  uuidIds: isOneOf(true, false, "accepted"),
  errorBodyStyle: isOneOf("detail", "error", "message", "field", "html", "empty"),
  filterWorks: isOneOf(true, false, "broken"),
  wholeSeconds: isFlag,
};

function nullable(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, check]) => [key, isNullOr(check)]));
}

export function parseBehaviour(value: unknown): BehaviourPatch {
  checkFields("behaviour", value, {}, nullable(BEHAVIOUR));
  return value as BehaviourPatch;
}

const SERVER: Fields = {
  name: isText,
  hostname: isText,
  status: isText,
  ipAddress: isText,
  location: isText,
  plan: isText,
  os: isText,
  diskGb: isAmount,
  createMs: isAmount,
  restoreMs: isAmount,
  behaviour: isShape("behaviour of a server", {}, nullable(SERVER_BEHAVIOUR)),
};

const isTime: Check = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));

const SNAPSHOT: Fields = {
  name: isText,
  description: isText,
  status: isText,
  sizeMb: isNullOr(isAmount),
  createdAt: isTime,
};

const OUTSIDE: Record<OutsideAction["action"], Fields> = {
  createSnapshot: {
    snapshot: isShape("snapshot", { serverId: isId, name: isText }, { id: isId, ...SNAPSHOT }),
  },
  deleteSnapshot: { id: isId },
  setSnapshot: { id: isId, change: isShape("change", {}, SNAPSHOT) },
  fillServer: { id: isId },
  addServer: { server: isShape("server", { id: isId, name: isText }, SERVER) },
  setServer: { id: isId, change: isShape("change", {}, SERVER) },
  removeServer: { id: isId },
  startRestore: { snapshotId: isId },
};

export function parseOutside(value: unknown): OutsideAction {
  const name = isRecord(value) ? value["action"] : undefined;
  const fields =
    typeof name === "string" && Object.hasOwn(OUTSIDE, name)
      ? OUTSIDE[name as keyof typeof OUTSIDE]
      : undefined;
  if (!fields) throw new InvalidInput(`"action" must be one of ${Object.keys(OUTSIDE).join(", ")}`);
  checkFields(String(name), value, { action: isText, ...fields });
  return value as OutsideAction;
}
