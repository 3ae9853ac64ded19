/** What the engine is told of a comparison. */
export interface Diff {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** A look, or `otherwise` where it cannot be taken and this is a preview. */
export type Foresee = <T>(look: () => Promise<T>, otherwise: T) => Promise<T>;
