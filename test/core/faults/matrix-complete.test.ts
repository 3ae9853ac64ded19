import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COLUMNS } from "./columns";
import { combinations, REASONS, REQUIRED_FAULTS, REQUIRED_OPERATIONS } from "./matrix";
import { ROWS } from "./rows";
import { WORDS } from "./run-cells";

describe("the fault matrix", () => {
  const all = combinations();

  test("has every operation and every fault, once", () => {
    expect(Object.keys(COLUMNS)).toEqual(REQUIRED_OPERATIONS);
    expect(Object.keys(ROWS).sort()).toEqual([...REQUIRED_FAULTS].sort());
    const wanted = REQUIRED_FAULTS.flatMap((fault) => REQUIRED_OPERATIONS.map((op) => `${fault} x ${op}`));
    expect(all.map(({ fault, operation }) => `${fault} x ${operation}`)).toEqual(wanted);
  });

  test("tests each combination, or says why not", () => {
    for (const { fault, operation, words, reason } of all) {
      const known = WORDS[operation as keyof typeof WORDS];
      if (reason === undefined) {
        expect([1, 2]).toContain(words.length);
        for (const word of words) expect(Object.keys(known)).toContain(word);
      } else {
        expect({ fault, operation, reason: REASONS[reason] }).toMatchObject({ reason: /./ });
      }
    }
  });

  test.each(REQUIRED_OPERATIONS)("has a file that runs the column of %s", (operation) => {
    const file = join(__dirname, `matrix-${operation.replaceAll(" ", "-")}.test.ts`);
    expect(readFileSync(file, "utf8")).toContain(`describeColumn("${operation}")`);
  });

  test("has no reason and no word that nothing uses", () => {
    const reasons = new Set(all.map(({ reason }) => reason).filter((reason) => reason !== undefined));
    expect([...reasons].sort()).toEqual(Object.keys(REASONS).sort());
    for (const operation of REQUIRED_OPERATIONS) {
      const used = new Set(all.filter((c) => c.operation === operation).flatMap(({ words }) => words));
      expect([...used].sort()).toEqual(Object.keys(WORDS[operation]).sort());
    }
  });
});
