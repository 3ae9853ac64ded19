import { exitCodes } from "../cli/cli-error";

export interface Target {
  /** Finish what is under way, begin nothing. */
  cancel(): void;
  /** Leave everything as it is. */
  terminate(): Promise<void>;
}

const first = `^C received; cancelling. If you would like to terminate immediately, press ^C again.
Note that terminating immediately may lead to orphaned resources and other inconsistencies.
`;

/** One ^C ends the run in good order; a second one ends it now and leaves what was under way as pending. */
export class Interrupts {
  private target: Target | undefined;
  private count = 0;

  listen(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => this.receive());
  }

  /** Whether the second one came. */
  get terminated(): boolean {
    return this.count > 1;
  }

  attach(target: Target): () => void {
    this.target = target;
    if (this.count > 0) target.cancel();
    return () => {
      this.target = undefined;
    };
  }

  private receive(): void {
    this.count++;
    if (!this.target) process.exit(exitCodes.cancelled);
    if (this.count === 1) {
      console.error(first);
      this.target.cancel();
      return;
    }
    if (this.count > 2) return;
    console.error("^C received; terminating");
    void this.target.terminate();
  }
}
