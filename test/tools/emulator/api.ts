import type { Model } from "./model";
import { page } from "./pages";
import { Refusal, refusalReply, type Reply } from "./refusal";
import { parseCreate } from "./create-body";

/** What the API looks at in a request. */
export interface ApiRequest {
  method: string;
  /** After the base: "/snapshots/". */
  path: string;
  query: URLSearchParams;
  authorised: boolean;
  contentType: string;
  body: string;
  /** How the client addressed the base, for the absolute addresses of pages. */
  base: string;
}

type Handler = (model: Model, request: ApiRequest, id: string) => Reply;

interface Route {
  pattern: RegExp;
  methods: Record<string, Handler>;
}

const ok = (json: unknown, status = 200): Reply => ({ status, headers: {}, json });

const listSnapshots: Handler = (model, request) =>
  page(
    model.shownSnapshots(request.query.get("server_id") ?? undefined),
    request,
    model.behaviour().pageSize,
  );

const listServers: Handler = (model, request) =>
  page(model.listServers(request.query.get("status") ?? undefined), request, model.behaviour().pageSize);

const createSnapshot: Handler = (model, request) => ok(model.createSnapshot(parseCreate(request)), 201);

const restoreSnapshot: Handler = (model, _request, id) => ok(model.restoreSnapshot(id));

const deleteSnapshot: Handler = (model, _request, id) => {
  model.deleteSnapshot(id);
  return { status: 204, headers: {} };
};

const getServer: Handler = (model, request, id) => {
  const { serverDetail } = model.behaviour();
  if (serverDetail === 404) throw new Refusal(404, "Not found.");
  if (serverDetail === 405) throw methodNotAllowed(request.method, []);
  return ok(model.getServer(id));
};

const ROUTES: readonly Route[] = [
  { pattern: /^\/snapshots\/$/, methods: { GET: listSnapshots, POST: createSnapshot } },
  { pattern: /^\/snapshots\/([^/]+)\/$/, methods: { DELETE: deleteSnapshot } },
  { pattern: /^\/snapshots\/([^/]+)\/restore\/$/, methods: { POST: restoreSnapshot } },
  { pattern: /^\/servers\/$/, methods: { GET: listServers } },
  { pattern: /^\/servers\/([^/]+)\/$/, methods: { GET: getServer } },
];

/** The API's answer to one request; refusals are answers too. */
export function answer(model: Model, request: ApiRequest): Reply {
  try {
    return dispatch(model, request);
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error, model.behaviour().errorBodyStyle);
    throw error;
  }
}

function dispatch(model: Model, request: ApiRequest): Reply {
  for (const { pattern, methods } of ROUTES) {
    const match = pattern.exec(request.path);
    if (!match) continue;
    if (!request.authorised) {
      const headers = { "www-authenticate": "Bearer" };
      throw new Refusal(401, "Authentication credentials were not provided or are invalid.", { headers });
    }
    const handler = methods[request.method];
    if (!handler) throw methodNotAllowed(request.method, Object.keys(methods));
    return handler(model, request, decodeId(match[1] ?? ""));
  }
  throw new Refusal(404, "Not found.");
}

function methodNotAllowed(method: string, allowed: string[]): Refusal {
  return new Refusal(405, `Method "${method}" not allowed.`, { headers: { allow: allowed.join(", ") } });
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(404, "Not found.");
  }
}
