import type { RequestRef } from "../errors";
import { ResponseShapeError } from "../errors";

/** Deeper than anything the API documents (a page of snapshots has four levels), far from any stack limit. */
const MAX_DEPTH = 32;

/** Parses an answer's text, naming what came instead where it is no JSON. */
export function parseJson(text: string, request: RequestRef): unknown {
  const unusable = (problem: string): Error => new ResponseShapeError(request, problem, { transient: true });
  if (text.trim() === "") throw unusable("it is empty, JSON was expected");
  if (isHtml(text)) {
    throw unusable("it is an HTML page, JSON was expected; a proxy may have answered");
  }
  if (exceedsDepth(text)) {
    throw new ResponseShapeError(request, `its JSON is nested deeper than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unusable("it is not complete JSON; the answer may have been cut off");
  }
}

export function isHtml(text: string): boolean {
  return /^\s*(<!doctype\s+html|<html|<\?xml)/i.test(text);
}

export function exceedsDepth(text: string, limit = MAX_DEPTH): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > limit) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}
