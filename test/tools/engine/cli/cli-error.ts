/** Ends the command with a message and the exit code that the real command line would give. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

export const exitCodes = { usage: 2, stackNotFound: 6, unexpectedChanges: 7, cancelled: 8 } as const;
