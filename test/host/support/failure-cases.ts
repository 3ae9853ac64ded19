import type { FaultAction, Fault } from "../../tools/emulator";
import type { Properties } from "../../tools/support/host/properties";
import { CANARY } from "./scene";
import type { Scene } from "./scene";

export interface FailureCase {
  readonly what: string;
  readonly call: "create" | "read" | "delete";
  /** What happens to every request of the call's method, or of this one. */
  readonly fault?: FaultAction & Pick<Fault, "when" | "skip"> & { method?: string };
  readonly arrange?: (scene: Scene, serverId: number) => void | Promise<void>;
  readonly args?: Properties;
  /** What the message must say. */
  readonly says: readonly RegExp[];
}

const NOT_CREATED = /was not created/;
const UNKNOWN_OUTCOME = /not known whether.*was created.*npx --no-install pulumi-vpsorg list --server/s;

export const failureCases: readonly FailureCase[] = [
  ...(["create", "read", "delete"] as const).map((call) => ({
    what: "401",
    call,
    fault: { kind: "status", status: 401 } as const,
    says: [/401/, /vpsorg:token/, /pulumi config set --secret vpsorg:token/],
  })),
  {
    what: "403",
    call: "delete",
    fault: { kind: "status", status: 403, body: { detail: "This address is not on the allow list." } },
    says: [/403/, /not allowed/, /allow list/],
  },
  {
    what: "404, no such server",
    call: "create",
    args: { serverId: "99999" },
    says: [NOT_CREATED, /server 99999/, /serverId/],
  },
  {
    what: "404, wrong endpoint",
    call: "read",
    fault: { kind: "status", status: 404 },
    says: [/404 to GET \/snapshots\//, /vpsorg:endpoint/],
  },
  { what: "500", call: "create", fault: { kind: "status", status: 500 }, says: [UNKNOWN_OUTCOME] },
  { what: "500", call: "read", fault: { kind: "status", status: 500 }, says: [/500/] },
  {
    what: "500",
    call: "delete",
    fault: { kind: "status", status: 500 },
    says: [/500/, /stays in the state/],
  },
  { what: "an HTML page", call: "read", fault: { kind: "html" }, says: [/HTML page/, /proxy/] },
  {
    what: "an HTML page",
    call: "create",
    fault: { kind: "html", status: 502 },
    says: [UNKNOWN_OUTCOME, /502/],
  },
  { what: "a reset", call: "read", fault: { kind: "reset" }, says: [/connection was reset/] },
  {
    what: "a reset",
    call: "create",
    fault: { kind: "reset" },
    says: [UNKNOWN_OUTCOME, /connection was reset/],
  },
  { what: "a close", call: "delete", fault: { kind: "close" }, says: [/no answer from VPS\.org/] },
  { what: "cut-off JSON", call: "read", fault: { kind: "truncate", when: "after" }, says: [/cut off/] },
  {
    what: "a body cut off",
    call: "read",
    fault: { kind: "cutBody", when: "after" },
    says: [/no answer|cut off/],
  },
  {
    what: "an empty answer",
    call: "create",
    fault: { kind: "empty", status: 201 },
    says: [UNKNOWN_OUTCOME, /empty/],
  },
  {
    what: "another shape",
    call: "read",
    fault: { kind: "replaceBody", body: { count: 1, results: [{ name: "web" }] } },
    says: [/cannot be used/, /results\[0\]\.id is neither/],
  },
  {
    what: "an incomplete list",
    call: "read",
    fault: { kind: "replaceBody", body: { count: 7, results: [] } },
    says: [/7/],
  },
  {
    what: "a redirect",
    call: "read",
    fault: { kind: "redirect", location: "https://elsewhere.example/" },
    says: [/redirect/, /vpsorg:endpoint/],
  },
  {
    what: "a redirect that echoes the token",
    call: "read",
    fault: { kind: "redirect", location: `https://elsewhere.example/?token=${CANARY}` },
    says: [/redirect/],
  },
  {
    what: "a refusal that echoes the token in its text",
    call: "create",
    fault: { kind: "status", status: 400, body: { detail: `bad header: Bearer ${CANARY}` } },
    says: [NOT_CREATED, /bad header/],
  },
  {
    what: "a refusal that echoes the token in its request id",
    call: "read",
    fault: { kind: "status", status: 400, headers: { "x-request-id": `r-${CANARY}` } },
    says: [/400/],
  },
  {
    what: "a rate limit",
    call: "create",
    fault: { kind: "status", status: 429, retryAfterSeconds: 5 },
    args: { __timeouts: { create: "300ms" } },
    says: [NOT_CREATED, /429/, /wait 5 s/],
  },
  {
    what: "a rate limit",
    call: "delete",
    fault: { kind: "status", status: 429, retryAfterSeconds: 500 },
    args: { __timeouts: { delete: "300ms" } },
    says: [/not deleted, or it is not known/, /429/, /wait 500 s/],
  },
  {
    what: "bad parameters",
    call: "create",
    fault: { kind: "status", status: 400, body: { name: ["Too long."] } },
    says: [NOT_CREATED, /name: Too long/],
  },
  {
    what: "a full server",
    call: "create",
    arrange: ({ emulator }, id) => void emulator.model.outside.fillServer(id),
    says: [/holds 5 of 5 snapshots/, /someone-elses-1/, /Nothing was created/],
  },
  {
    what: "a name that is taken",
    call: "create",
    arrange: ({ emulator }, serverId) => {
      emulator.model.outside.createSnapshot({ serverId, name: "web-0123abc" });
    },
    says: [/exists already/, /import: "\d+"/, /Nothing was created/],
  },
  {
    what: "a busy server",
    call: "delete",
    fault: { kind: "status", status: 409, body: { detail: "Server is busy" } },
    args: { __timeouts: { delete: "300ms" } },
    says: [/not deleted within/, /Server is busy/, /customTimeouts/],
  },
  {
    what: "a status of failure",
    call: "create",
    arrange: ({ emulator }, id) => {
      emulator.model.outside.setServer(id, { behaviour: { finalSnapshotStatus: "error" } });
    },
    says: [/ended as "error"/, /next `pulumi up`/],
  },
  {
    what: "a deadline",
    call: "create",
    arrange: ({ emulator }, id) =>
      emulator.model.outside.setServer(id, { behaviour: { neverCompletes: true } }),
    args: { __timeouts: { create: "200ms" } },
    says: [/still "in_progress"/, /next `pulumi up`/, /customTimeouts/],
  },
  {
    what: "a snapshot that no list shows",
    call: "create",
    arrange: ({ emulator }, id) => emulator.model.outside.setServer(id, { behaviour: { listLagMs: 60_000 } }),
    says: [/no list has shown it/, /next `pulumi up`/],
  },
  {
    what: "a token that is refused during the wait",
    call: "create",
    fault: { kind: "status", status: 401, method: "GET", skip: 1 },
    says: [/vpsorg:token/, /next `pulumi up` goes on waiting/],
  },
  {
    what: "a refused connection",
    call: "read",
    arrange: ({ emulator }) => emulator.pause(),
    says: [/connection was refused/, /vpsorg:endpoint/],
  },
  {
    what: "a refused connection",
    call: "create",
    arrange: ({ emulator }) => emulator.pause(),
    says: [/connection was refused/, /vpsorg:endpoint/, /"web-0123abc".*was not created/],
  },
  {
    what: "a state that cannot be read",
    call: "read",
    args: { serverId: { of: "another kind" } },
    says: [/recorded state cannot be read/, /serverId/],
  },
];
