/** One line of the table. */
export interface Row {
  readonly measure: string;
  /** What it has to reach, in words. */
  readonly target: string;
  readonly reached: boolean;
  readonly ours: string;
  /** By the peer's column; absent where a peer does nothing of the kind. */
  readonly peers?: Readonly<Record<string, string>>;
  /** Where the figures come from: a simulated clock and polling schedules, or real processes. */
  readonly how: string;
  /** The figures behind the words. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** What our own column says. */
export const OURS = "pulumi-vpsorg";

/** How our own figure and those of the peers were got, as the table says it. */
export const SIMULATED = "simulated clock";
export const MEASURED = "measured";
