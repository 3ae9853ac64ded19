import type { EmulatorOptions } from "../../test/tools/emulator";
import { openAccount } from "../../test/tools/support/account";
import type { TestAccount } from "../../test/tools/support/account";

/** A machine that is busy must not turn an answer into a time-out, which is one request more. */
export const PATIENT = { connectMs: 60_000, requestMs: 60_000 };

/** An account without faults. */
export const openPatiently = (options: EmulatorOptions): Promise<TestAccount> =>
  openAccount(options, {}, { limits: PATIENT });
