import { inspect } from "node:util";
import { CANARY } from "../../tools/support/account";
import type { Told } from "../../tools/support/account";
import type { Outcome } from "./outcome";
import { count, NEIGHBOURS, restores } from "./stage";
import type { Stage } from "./stage";

/** What holds whatever happens. */
export function expectInvariants(
  stage: Stage,
  outcomes: readonly Outcome[],
  removed: readonly string[],
): void {
  expectNothingForeignDeleted(stage, removed);
  expect(restores(stage).length).toBeLessThanOrEqual(1);
  expect(count(stage, "POST", /\/restore\/$/)).toBeLessThanOrEqual(1);
  const told = [stage.told, ...stage.alsoTold];
  const ended = [...outcomes, ...stage.alsoEnded];
  expect(inspect([ended, told.map(lines)], { depth: 20, showHidden: true })).not.toContain(CANARY);
  for (const line of told.flatMap(lines)) expectReadable(line);
  for (const outcome of ended) if (!outcome.ok) expectReadable(outcome.error.message);
  expect(stage.elsewhere.requests()).toEqual([]);
}

function expectNothingForeignDeleted(stage: Stage, removed: readonly string[]): void {
  const there = stage.emulator.model.state().snapshots.map(({ id }) => String(id));
  expect(there).toEqual(expect.arrayContaining(NEIGHBOURS.filter((id) => !removed.includes(id))));
  for (const id of [...NEIGHBOURS, "711", "712"]) {
    expect(stage.requests()).not.toContain(`DELETE /snapshots/${id}/`);
  }
}

function lines(told: Told): string[] {
  return [...told.infos, ...told.warnings, ...told.progressed];
}

/** A sentence as a person would write it. */
export function expectReadable(message: string): void {
  expect(message).not.toMatch(/\.\.|\. \.|: \.|undefined|\[object|NaN|null\b/);
  expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
}

/** After a 429 that says for how long, nothing at all is sent before. */
export function expectPatience(
  stage: Stage,
  until: (answeredAt: number, startedAt: number) => number,
  startedAt: number,
): void {
  const requests = stage.emulator.requests();
  requests.forEach((request, i) => {
    const next = requests[i + 1];
    if (request.status !== 429 || next === undefined) return;
    expect(next.at).toBeGreaterThanOrEqual(until(request.at, startedAt));
  });
}
