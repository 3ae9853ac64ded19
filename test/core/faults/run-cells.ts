import { COLUMNS } from "./columns";
import type { Column, ColumnName } from "./columns";
import { CREATE, WAIT } from "./expect-create";
import { DELETE } from "./expect-delete";
import { LIST, READ } from "./expect-reads";
import { RESTORE, RESTORE_WAIT } from "./expect-restore";
import { ADDITION, FIRST_ADDITION, PRUNING, ROTATION_READ } from "./expect-rotation";
import { expectInvariants, expectPatience } from "./invariants";
import { combinations } from "./matrix";
import { attempt } from "./outcome";
import type { Expectation } from "./outcome";
import { ROWS } from "./rows";
import { openStage } from "./stage";
import type { Stage } from "./stage";

/** The words of each operation. */
export const WORDS: Readonly<Record<ColumnName, Readonly<Record<string, Expectation>>>> = {
  list: LIST,
  create: CREATE,
  wait: WAIT,
  read: READ,
  delete: DELETE,
  restore: RESTORE,
  "restore wait": RESTORE_WAIT,
  "rotation create": FIRST_ADDITION,
  addition: ADDITION,
  pruning: PRUNING,
  "rotation read": ROTATION_READ,
};

interface Cell {
  readonly fault: string;
  readonly word: string;
  readonly lasting: boolean;
}

function cellsOf(operation: ColumnName): [string, Cell][] {
  return combinations()
    .filter((combination) => combination.operation === operation)
    .flatMap(({ fault, words }) =>
      words.map((word, i): [string, Cell] => {
        const lasting = i === 1;
        return [`${fault}${lasting ? ", lasting" : ""}: ${word}`, { fault, word, lasting }];
      }),
    );
}

/** Another way to the same operation. */
export interface Variant {
  readonly title: string;
  readonly act: Column["act"];
  readonly words: Readonly<Record<string, Expectation>>;
}

/** The tests of one column of the matrix. */
export function describeColumn(operation: ColumnName, variant?: Variant): void {
  const { title, act, words } = variant ?? {
    title: operation,
    act: COLUMNS[operation].act,
    words: WORDS[operation],
  };
  describe(`faults in ${title}`, () => {
    const column: Column = COLUMNS[operation];
    let stage: Stage;

    afterEach(async () => {
      await stage.close();
      expect(stage.missed).toEqual([]);
    });

    test.each(cellsOf(operation))("%s", async (_title, { fault, word, lasting }) => {
      const row = ROWS[fault];
      const expectation = words[word];
      if (row === undefined || expectation === undefined)
        throw new Error(`"${fault}: ${word}" is not defined`);
      stage = await openStage({ seeded: column.seeded, limits: row.limits ?? {} });
      column.prepare?.(stage);
      const startedAt = stage.clock.now();
      row.strike(stage, operation, lasting);

      const outcome = await attempt(() => act(stage, stage.session));

      if (row.patience !== undefined) expectPatience(stage, row.patience, startedAt);
      await stage.faultsOver();
      await expectation({ stage, outcome, says: row.saysIn?.[operation] ?? row.says });
      expectInvariants(stage, [outcome], row.removes?.(operation) ?? []);
    });
  });
}
