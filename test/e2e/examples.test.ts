import { existsSync, readdirSync } from "node:fs";
import { EXAMPLES, follow } from "../tools/support/example";

jest.setTimeout(120_000);

/** In a clone. `e2e/package.test.ts` follows the same READMEs with the archive, where the package lies elsewhere. */
it.each(EXAMPLES.filter(({ inClone }) => inClone === undefined))(
  "examples/$name does what its README says",
  async (example) => {
    const { code, output, last, writes, restored } = await follow(example);

    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(last).toMatch(example.ends);
    expect(writes.toSorted()).toEqual(example.writes.toSorted());
    expect(restored).toEqual(example.restored ?? []);
  },
);

it("follows every example, or another test does", () => {
  const elsewhere = EXAMPLES.flatMap(({ inClone = [] }) => inClone);
  expect(elsewhere.filter((test) => !existsSync(`test/${test}`))).toEqual([]);
  const folders = readdirSync("examples", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).toSorted()).toEqual(EXAMPLES.map(({ name }) => name).toSorted());
});
