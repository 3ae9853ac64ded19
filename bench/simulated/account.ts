import type { EmulatorOptions } from "../../test/tools/emulator";
import { openAccount } from "../../test/tools/support/account";
import type { TestAccount } from "../../test/tools/support/account";

/** An account without faults: a machine that is busy must not turn an answer into a time-out, which is one request more. */
export const openPatiently = (options: EmulatorOptions): Promise<TestAccount> =>
  openAccount(options, {}, { limits: { connectMs: 60_000, requestMs: 60_000 } });
