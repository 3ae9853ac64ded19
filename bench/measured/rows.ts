import { offlineCommand, pulumiCommand } from "../../test/tools/engine/choose";
import type { PulumiCommand } from "../../test/tools/engine/choose";
import { MEASURED } from "../row";
import type { Row } from "../row";
import { measureFirstCalls } from "./first-call";
import { measureLoading } from "./loading";
import { measureLargeAccount, measureManyResources } from "./memory";
import type { Memory } from "./memory";
import { measurePages } from "./pages";
import { measureCommands, measurePreview } from "./requests";
import { measureScale } from "./scale";
import type { Scale } from "./scale";

/** Everything that is measured on real processes, with the engines that there are. */
export async function measuredRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const engine of engines()) rows.push(...(await commandRows(engine)));
  rows.push(...(await loadingRows()), ...(await memoryRows()), ...(await pageRows()));
  // Of the engine that people have, where there is one.
  rows.push(...(await scaleRows(pulumiCommand())));
  return rows;
}

/** The offline engine, and the real one where there is one. */
function engines(): PulumiCommand[] {
  const chosen = pulumiCommand();
  return chosen.kind === "offline" ? [chosen] : [offlineCommand(), chosen];
}

const on = ({ kind }: PulumiCommand): string =>
  `${MEASURED}, ${kind === "offline" ? "offline engine" : "Pulumi CLI"}`;

async function commandRows(engine: PulumiCommand): Promise<Row[]> {
  const how = on(engine);
  const commands = await measureCommands(engine, { snapshots: 200, servers: 40 });
  const preview = await measurePreview(engine, { snapshots: 20, servers: 10 });
  const { provider, inputsAndOutputs } = commands.state;
  return [
    atMost("pulumi refresh of 200 snapshots on 40 servers: requests", commands.refresh, 3, "", how),
    atMost("unchanged pulumi up of 200 snapshots: requests", commands.unchangedUp, 0, "", how),
    atMost("pulumi preview that adds 20 snapshots on 10 servers: requests", preview, 2, "", how),
    atMost("state: __provider of a snapshot", provider, 64, "bytes", how),
    atMost("state: inputs and outputs of a snapshot", inputsAndOutputs, 700, "bytes", how),
  ];
}

async function loadingRows(): Promise<Row[]> {
  const loading = await measureLoading();
  const first = await measureFirstCalls();
  return [
    share('require("pulumi-vpsorg"): time, as a part of the SDK\'s', loading.ms, loading.sdkMs, 2),
    atMost('require("pulumi-vpsorg") adds to a program', loading.megabytes, 2, "MB"),
    atMost("files of HTTP and schema libraries that a program loads", loading.libraryFiles, 0, ""),
    share("host: the handlers' load and a first check, of its start", first.checkMs, first.startMs, 25),
    share("host: the same, and a first request to the API", first.withRequestMs, first.startMs, 33),
  ];
}

async function memoryRows(): Promise<Row[]> {
  const row = (measure: string, memory: Memory): Row => ({
    ...atMost(measure, memory.megabytes, 60, "MB"),
    figures: { ...memory },
  });
  return [
    row("host with 500 snapshots: memory over the bare host's", await measureManyResources(500)),
    row(
      "the same in an account of 20,000 snapshots, listed: memory",
      await measureLargeAccount(500, 20_000, 100),
    ),
  ];
}

async function pageRows(): Promise<Row[]> {
  const [small, large] = [await measurePages(2000, 100), await measurePages(20_000, 100)];
  const growth = large.clientMs / small.clientMs;
  return [
    {
      ...atMost("list of 20,000 snapshots in 200 pages: requests", large.requests, 200, ""),
      figures: { ...large },
    },
    {
      ...atMost("the same: time, as a multiple of 2,000 in 20 pages", growth, LINEAR, "times"),
      figures: { small, large },
    },
  ];
}

const SIZES = [
  { snapshots: 50, servers: 10 },
  { snapshots: 500, servers: 100 },
] as const;
/** Ten times the work may take ten times as long, and a little of noise. */
const LINEAR = 11;
/** How far two runs of the same command are apart, as a part of their time. */
const SPREAD = 0.05;
const RUNS = 2;

async function scaleRows(engine: PulumiCommand): Promise<Row[]> {
  const scales = await measureScale(engine, ...SIZES, RUNS);
  const unchanged = scales.filter(({ operation }) => operation === "unchanged up");
  return [
    ...scales.map((scale) => scaleRow(scale, on(engine))),
    ...unchanged.map((scale) => overEmpty(scale, on(engine))),
  ];
}

/** What every deployment pays, also one that changes nothing. */
function overEmpty({ operation, large }: Scale, how: string): Row {
  const measure = `${operation} of 500: time, as a multiple of the empty resource's`;
  const times = large.ours / large.empty;
  return {
    ...atMost(measure, times, 1.1, "times", how),
    ours: `${times.toFixed(2)} times`,
    figures: { ...large },
  };
}

/** A time as a part of another one of the same run: how fast the machine is does not matter. */
const share = (measure: string, ours: number, whole: number, most: number): Row => ({
  ...atMost(measure, (100 * ours) / whole, most, "%"),
  figures: { ours, whole },
});

function scaleRow({ operation, small, large }: Scale, how: string): Row {
  const [few, many] = [small.ours - small.empty, large.ours - large.empty];
  // Both are differences of times that vary: ten times the smaller one is ten times as uncertain.
  const uncertain = SPREAD * (10 * small.empty + large.empty);
  const most = 10 * few + uncertain;
  return {
    measure: `${operation} of 50, then 500: our part (and the empty resource's)`,
    target: `at most ${seconds(most)}: 10 times and 5% of noise`,
    reached: many <= most,
    ours: `${seconds(few)} (${seconds(small.empty)}), ${seconds(many)} (${seconds(large.empty)})`,
    how,
    figures: { operation, small, large },
  };
}

/** A difference below nothing cannot be measured: the noise is larger. */
const seconds = (value: number): string => (value < 0 ? "none" : `${value.toFixed(1)} s`);

function atMost(measure: string, value: number, most: number, unit: string, how = MEASURED): Row {
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(1);
  const withUnit = (text: string): string => (unit === "" ? text : `${text} ${unit}`);
  return {
    measure,
    target: most === 0 ? "none" : `at most ${withUnit(String(most))}`,
    reached: value <= most,
    ours: withUnit(shown),
    how,
    figures: { ours: value },
  };
}
