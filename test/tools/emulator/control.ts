import type { Behaviour, BehaviourPatch } from "./behaviour";
import type { Fault, FaultReport } from "./faults";
import { CONTROL } from "./incoming";
import type { AccountState } from "./model";
import type { OutsideAction } from "./outside";
import type { LoggedRequest } from "./request-log";

/** Steers an emulator that runs in another process. */
export interface Control {
  state(): Promise<AccountState>;
  requests(): Promise<LoggedRequest[]>;
  clearRequests(): Promise<void>;
  /** Gives the fault's id. */
  addFault(fault: Fault): Promise<string>;
  faults(): Promise<FaultReport[]>;
  /** The faults that never happened. */
  unreached(): Promise<FaultReport[]>;
  clearFaults(): Promise<void>;
  /** Merges, null sets a switch back to its default; gives all switches as they stand then. */
  setBehaviour(patch: BehaviourPatch): Promise<Behaviour>;
  /** Does what other people do to the account; gives what the action gives, such as a new id. */
  outside(action: OutsideAction): Promise<unknown>;
}

/** @param origin such as `http://127.0.0.1:8787`, without the API's base */
export function connectControl(origin: string): Control {
  // Both ends are of the same build, so the answers are taken as what they are declared to be.
  const call = async (method: string, what: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(CONTROL + what, origin), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the emulator refused ${method} ${what}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    state: async () => (await call("GET", "state")) as AccountState,
    requests: async () => (await call("GET", "requests")) as LoggedRequest[],
    clearRequests: async () => {
      await call("DELETE", "requests");
    },
    addFault: async (fault) => ((await call("POST", "faults", fault)) as { id: string }).id,
    faults: async () => (await call("GET", "faults")) as FaultReport[],
    unreached: async () => (await call("GET", "unreached")) as FaultReport[],
    clearFaults: async () => {
      await call("DELETE", "faults");
    },
    setBehaviour: async (patch) => (await call("POST", "behaviour", patch)) as Behaviour,
    outside: async (action) => ((await call("POST", "outside", action)) as { result: unknown }).result,
  };
}
