/** What the layers above use without loading an HTTP library; the client itself is in `./client`. */
export type { CallOptions, ClientOptions, NewSnapshot, VpsorgClient } from "./client";
export { systemClock } from "./clock";
export type { Clock } from "./clock";
export { DEFAULT_ENDPOINT, endpointProblem, isLoopback } from "./endpoint";
export * from "./errors";
export { oddError, refuseOddServer } from "./odd-record";
export type { ObserveAnswer, ObservedAnswer } from "./http/observed-answer";
export type { RetryAfterGate } from "./http/retry-after-gate";
export type { OddSnapshot, RestoreAccepted, ServerRecord, SnapshotRecord } from "./records";
export { asName, oneLine, printable } from "./text";
export type { Adapter, Limits } from "./http/transport";
