import { child, MEGABYTE, median } from "./child";

/** What `require("pulumi-vpsorg")` adds to a program that has loaded the SDK. */
export interface Loading {
  readonly ms: number;
  /** What the SDK itself takes. */
  readonly sdkMs: number;
  readonly megabytes: number;
  /** Files of HTTP and schema libraries that came along. */
  readonly libraryFiles: number;
}

const RUNS = 7;

const LOAD = `
  const sdkStarted = performance.now();
  require("@pulumi/pulumi");
  const sdkMs = performance.now() - sdkStarted;
  gc();
  const before = process.memoryUsage();
  const files = new Set(Object.keys(require.cache));
  const started = performance.now();
  require("pulumi-vpsorg");
  const ms = performance.now() - started;
  gc();
  const after = process.memoryUsage();
  const libraryFiles = Object.keys(require.cache)
    .filter((file) => !files.has(file) && /node_modules.(axios|p-retry|zod|follow-redirects)./.test(file)).length;
  const bytes = Math.max(after.rss - before.rss, after.heapUsed - before.heapUsed);
  console.log(JSON.stringify({ ms, sdkMs, bytes, libraryFiles }));
`;

export async function measureLoading(): Promise<Loading> {
  const runs: { ms: number; sdkMs: number; bytes: number; libraryFiles: number }[] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await child(LOAD));
  return {
    ms: Math.min(...runs.map(({ ms }) => ms)),
    sdkMs: Math.min(...runs.map(({ sdkMs }) => sdkMs)),
    megabytes: median(runs.map(({ bytes }) => bytes)) / MEGABYTE,
    libraryFiles: Math.max(...runs.map(({ libraryFiles }) => libraryFiles)),
  };
}
