import * as fc from "fast-check";
import { automaticName, isName } from "../../provider/core/snapshot/name";

test.each<[unknown, boolean]>([
  ["web", true],
  ["Web_1-a", true],
  ["-", true],
  ["", false],
  [" web", false],
  ["web\n", false],
  ["a b", false],
  ["a.b", false],
  ["ü", false],
  ["٣", false],
  [5, false],
  [null, false],
  [undefined, false],
  [["web"], false],
])("isName(%j): %s", (value, expected) => {
  expect(isName(value)).toBe(expected);
});

test("an automatic name is a name, whatever the resource is called", () => {
  const random = fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), random, (resource, value) => {
      const { prefix, name } = automaticName(resource, () => value);
      expect(isName(name)).toBe(true);
      expect(name).toMatch(/-[0-9a-f]{7}$/);
      expect(name.slice(0, -8)).toBe(prefix);
    }),
  );
});
