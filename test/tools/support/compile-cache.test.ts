import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileCache } from "./compile-cache";

/** What breaks off half-way leaves all processes slow, and nobody sees why. */
describe("what prepares the processes of tests has loaded", () => {
  const kept = readFileSync(join(compileCache(), "installed.js"), "latin1");

  test.each([
    "@pulumi/pulumi/cmd/dynamic-provider/index.js",
    "@pulumi/pulumi/cmd/run/index.js",
    "@pulumi/pulumi/cmd/run/run.js",
    "@grpc/grpc-js/build/src/index.js",
    "axios/dist/node/axios.cjs",
    "zod/mini/index.cjs",
  ])("%s", (path) => expect(kept).toContain(`/node_modules/${path}", function (`));
});
