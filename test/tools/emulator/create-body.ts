import type { ApiRequest } from "./api";
import { isRecord } from "./checks";
import type { WireId } from "./ids";
import { Refusal } from "./refusal";
import type { CreateInput } from "./rules";

const NAME = /^[A-Za-z0-9_-]+$/;
const ID = /^[0-9A-Za-z-]+$/;

const wrong = (field: string, text: string) => new Refusal(400, `${field}: ${text}`, { field });

/** The body of `POST /snapshots/`, with the refusals that the documentation calls bad parameters. */
export function parseCreate(request: ApiRequest): CreateInput {
  if (!/^application\/json\b/i.test(request.contentType)) {
    throw new Refusal(415, `Unsupported media type "${request.contentType}" in request.`);
  }
  const body = parseJson(request.body);
  if (!isRecord(body)) throw new Refusal(400, "Invalid data. Expected an object.");
  const description = parseDescription(body["description"]);
  return { serverId: parseServerId(body["server_id"]), name: parseName(body["name"]), description };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "JSON parse error.");
  }
}

/** Digits as text stand for the number, as REST frameworks read them. */
function parseServerId(value: unknown): WireId {
  if (value === undefined) throw wrong("server_id", "This field is required.");
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value === "string" && ID.test(value)) return value;
  throw wrong("server_id", "A valid id is required.");
}

function parseName(value: unknown): string {
  if (value === undefined) throw wrong("name", "This field is required.");
  if (typeof value !== "string") throw wrong("name", "Not a valid string.");
  if (!NAME.test(value)) {
    throw wrong("name", "Enter a name of letters, numbers, underscores or hyphens.");
  }
  return value;
}

function parseDescription(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw wrong("description", "Not a valid string.");
  return value;
}
