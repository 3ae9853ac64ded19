import { openAccount, tell } from "../../tools/support/account";
import type { TestAccount, Told } from "../../tools/support/account";
import type { Session } from "../../../provider/core/session";
import { RestoreStack } from "./restore-stack";
import type { RestoreProgram } from "./restore-stack";

export const SERVER = "12345";
export const back: RestoreProgram = { snapshotId: "801", serverId: SERVER };
export const POST = { golden: "POST /snapshots/801/restore/", other: "POST /snapshots/802/restore/" };

/** An account with snapshots of two servers and the state of a stack, new for each test. */
export class RestoreFixture {
  account!: TestAccount;
  stack!: RestoreStack;
  told!: Told;

  constructor() {
    beforeEach(async () => {
      this.account = await openAccount({
        snapshots: [
          { id: 801, serverId: 12345, name: "golden", createdAt: "2026-01-10T08:00:00Z" },
          { id: 802, serverId: 12345, name: "other", createdAt: "2026-01-11T08:00:00Z" },
          { id: 803, serverId: 12346, name: "elsewhere", createdAt: "2026-01-12T08:00:00Z" },
        ],
      });
      this.stack = new RestoreStack();
      this.told = tell();
    });
    afterEach(() => this.account.close());
  }

  /** One `up`, in a process of its own. */
  up(program: RestoreProgram, session: Session = this.account.another(), on = this.stack): Promise<void> {
    return on.up(session, program, this.told);
  }

  writes(): string[] {
    return this.account.requests("writes");
  }

  restores() {
    return this.account.emulator.model.state().restores;
  }
}
