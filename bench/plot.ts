import type { TopLevelSpec } from "vega-lite";
import { OURS } from "./row";
import type { Row } from "./row";

/** One provider's figures, as the plot takes them. */
interface Point {
  readonly provider: string;
  readonly ours: boolean;
  readonly value: number;
}

const COLOUR = {
  condition: { test: "datum.ours", value: "#5b3fd1" },
  value: "#a9adb8",
} as const;

/**
 * The comparison with the peers as one picture. vega-lite draws it: it is kept by a university group and many users,
 * needs no browser and no native code, and is a development dependency only.
 */
export async function plot(rows: readonly Row[]): Promise<string> {
  const { compile } = await import("vega-lite");
  const { parse, View } = await import("vega");
  const spec: TopLevelSpec = {
    background: "white",
    padding: 12,
    config: { view: { stroke: null }, font: "sans-serif", axis: { grid: true, gridColor: "#eceef2" } },
    hconcat: [
      bars(
        "Refresh of 200 snapshots",
        counts(rows, (row) => row.measure.startsWith("refresh of 200")),
      ),
      bars("Creating 50 snapshots on 10 servers", together(rows)),
      bars("Waiting for a create of 10 minutes", waits(rows), "API requests × seconds late at worst"),
    ],
  };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}

function bars(title: string, points: readonly Point[], what = "API requests") {
  const y = {
    field: "provider",
    type: "nominal" as const,
    sort: points.toSorted((a, b) => a.value - b.value).map(({ provider }) => provider),
    axis: { title: null, grid: false },
  };
  const x = { field: "value", type: "quantitative" as const, axis: { title: what } };
  return {
    title,
    width: 230,
    height: 210,
    data: { values: [...points] },
    encoding: { x, y },
    layer: [
      { mark: { type: "bar" as const }, encoding: { color: COLOUR } },
      {
        mark: { type: "text" as const, align: "left" as const, dx: 4 },
        encoding: { text: { field: "value", type: "quantitative" as const } },
      },
    ],
  };
}

interface Compared<T> {
  readonly ours: T;
  readonly peers: Readonly<Record<string, T>>;
}

/** Ours and each peer's figures of one row. */
function compared<T>(rows: readonly Row[], which: (row: Row) => boolean): [string, T][] {
  const row = rows.find(which);
  if (row === undefined) throw new Error("the plot needs a row that was not measured");
  const { ours, peers } = row.figures as unknown as Compared<T>;
  return [[OURS, ours], ...Object.entries(peers)];
}

function counts(rows: readonly Row[], which: (row: Row) => boolean): Point[] {
  return compared<number>(rows, which).map(([provider, value]) => point(provider, value));
}

function together(rows: readonly Row[]): Point[] {
  const all = compared<{ requests: number }>(rows, (row) => row.measure.startsWith("create 50"));
  return all.map(([provider, { requests }]) => point(provider, requests));
}

function waits(rows: readonly Row[]): Point[] {
  const all = compared<{ product: number }>(rows, (row) => row.measure.startsWith("create of 10 min"));
  return all.map(([provider, { product }]) => point(provider, product));
}

function point(provider: string, value: number): Point {
  return { provider, ours: provider === OURS, value };
}
