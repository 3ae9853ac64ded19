import { indented } from "../tools/demo/indented";

const BANNER = "This is the offline engine, a stand-in for Pulumi for trying and testing. It is not Pulumi.";

test("the demo shows the stand-in's banner once, and what each step prints", () => {
  const shown: string[] = [];
  const write = indented((text) => void shown.push(text));
  for (const piece of [`${BANNER}\nCreated`, " stack\n@ updating....\n", `${BANNER}\n`, "\nResources:\n"])
    write(piece);

  expect(shown.join("")).toBe(`  ${BANNER}\n  Created stack\n\n  Resources:\n`);
});
