import { AsyncLocalStorage } from "node:async_hooks";
import { account } from "../../provider/host/account";
import { display } from "../../provider/host/reporter";
import type { Told } from "../support/account";

/** What a host process has of its own; the handlers keep it in their modules. */
export interface Memory {
  readonly account: typeof account;
  readonly told: Told;
}

const memory = new AsyncLocalStorage<Memory>();

/** Runs a handler in the host that has this memory. */
export function inHost<T>(mine: Memory, work: () => T): T {
  return memory.run(mine, work);
}

/** An account as a new process has it. */
export function freshAccount(config: Readonly<Record<string, string>>): typeof account {
  const fresh = new (account.constructor as new () => typeof account)();
  fresh.configure({ config: { get: (key) => config[key] } });
  return fresh;
}

function remembered(): Memory {
  const mine = memory.getStore();
  if (mine === undefined) throw new Error("MODEL: a handler runs outside of its host");
  return mine;
}

// Two hosts can be at work at the same time, so whatever the modules keep is looked up in the one that runs.
for (const field of [...Object.keys(account), "open"]) {
  Object.defineProperty(account, field, {
    get: () => Reflect.get(remembered().account, field) as unknown,
    set: (value: unknown) => void Reflect.set(remembered().account, field, value),
  });
}
Object.assign(display, { row: () => remembered().told });
