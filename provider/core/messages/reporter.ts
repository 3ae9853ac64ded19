/**
 * Where a running operation tells people what it does. The host turns it into messages on the engine's display,
 * the command line into lines.
 */
export interface Reporter {
  /** Worth keeping in the output of the run. */
  info(message: string): void;
  /** Worth acting on. */
  warn(message: string): void;
  /** Of the moment: shown while it lasts, not kept. */
  progress(message: string): void;
}

export const silentReporter: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};
