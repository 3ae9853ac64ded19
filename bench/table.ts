import { OURS } from "./row";
import type { Row } from "./row";
import { PEERS } from "./simulated/peers";

/** The rows under one another, ours beside each peer. */
export function table(rows: readonly Row[]): string {
  const columns = PEERS.map(({ column }) => column);
  const head = ["measure", "to reach", "", OURS, ...columns, "how"];
  const body = rows.map((row) => [
    row.measure,
    row.target,
    row.reached ? "yes" : "NO",
    row.ours,
    ...columns.map((column) => row.peers?.[column] ?? "-"),
    row.how,
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((cells) => (cells[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
