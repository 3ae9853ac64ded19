import type { ApiResponse } from "./response";
import type { RequestRef } from "../errors";

/** An answer as it came, of whatever status, before anything is made of it: for who examines the API itself. */
export interface ObservedAnswer extends RequestRef, ApiResponse {
  readonly query: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

export type ObserveAnswer = (answer: ObservedAnswer) => void;
