import { newClaim, Ownership } from "../../provider/core/snapshot/ownership";

/** The words of each refusal are in core/adopt-host.test.ts; here is what allows and what refuses. */
let ownership: Ownership;
beforeEach(() => {
  ownership = new Ownership();
});

const REFUSED = expect.objectContaining({ code: "INVALID_ARGUMENT" }) as Error;

test("a snapshot that state holds, or that another resource imports, is imported by nobody else", () => {
  ownership.holds("1", ["2"]);
  ownership.claims("3", "web");

  for (const id of ["1", "2", "3"]) expect(() => ownership.claims(id, "db")).toThrow(REFUSED);
  expect(() => ownership.holds("3")).toThrow(REFUSED);
  ownership.claims("4", "db");
});

test("what a run has made is its own, until it is gone", () => {
  ownership.note("1");
  expect(ownership.isOurs("1")).toBe(true);

  ownership.dropped("1");

  expect(ownership.isOurs("1")).toBe(false);
});

test("two entries of the state go on with one snapshot only where they are the same import", () => {
  ownership.keeps("1", "a");
  ownership.keeps("1", "a");

  expect(() => ownership.keeps("1", "b")).toThrow("two entries of this stack's state hold it already");
  expect(() => ownership.keeps("1", undefined)).toThrow(REFUSED);
});

describe("what a resource goes on with", () => {
  beforeEach(() => ownership.keeps("1", "a"));

  test("is deleted by itself: replaceOnChanges replaces what was called unchanged", () => {
    ownership.assertDeletable("1", "a");
  });

  test.each(["b", undefined])("is not deleted by an entry of another import: %s", (claim) => {
    expect(() => ownership.assertDeletable("1", claim)).toThrow(REFUSED);
  });
});

test("what a resource is to import is not deleted", () => {
  ownership.claims("1", "web");
  expect(() => ownership.assertDeletable("1", undefined)).toThrow(REFUSED);
  ownership.assertDeletable("2", undefined);
});

test("claims are told apart by chance", () => {
  expect([0, 0.5, 0.999999999].map((random) => newClaim(() => random))).toEqual(["0", "8000000", "fffffff"]);
});
