import { comparable } from "../../tools/recorded/mask";
import { digestOf, readRecording } from "../../tools/recorded/recording";
import type { RecordedRun } from "../../tools/recorded/recording";
import type { Scenario } from "../../tools/recorded/scenario";
import { Replay } from "./replay";
import type { Replayed } from "./replay";

/**
 * What only the engine decides: which calls it makes, with what, and in which order. The calls of a real command line
 * are put to the real host; where a test here fails, the package behaves differently from when they were recorded,
 * and `npm run record` is the way to say that this is as it should be.
 */
export function replayScenarios(scenarios: readonly Scenario[]): void {
  const cases = scenarios.map((scenario) => ({ ...scenario, recording: readRecording(scenario.name) }));
  describe.each(cases)("$name: $about", ({ recording, ...scenario }) => {
    it("is recorded as it stands", () => {
      expect(recording?.digest).toBe(digestOf(scenario));
    });

    it("goes as it went with the real engine", async () => {
      if (recording === undefined) throw new Error(`record it first: npm run record -- ${scenario.name}`);
      const replay = await Replay.open(scenario);
      try {
        const end = await replay.all(scenario, recording, (run, replayed) => {
          expect(seen(run, replayed)).toEqual(wanted(run));
        });
        expect(end).toEqual(recording.end);
      } finally {
        await replay.close();
      }
    }, 120_000);
  });
}

function wanted({ command, hosts, writes }: RecordedRun): object {
  const calls = hosts.flatMap((host) => host.calls);
  return { command, answers: calls.map(({ n, call, urn, answer }) => line(n, call, urn, answer)), writes };
}

function seen({ command, hosts }: RecordedRun, { answers, writes }: Replayed): object {
  const calls = hosts.flatMap((host) => host.calls);
  return { command, answers: calls.map(({ n, call, urn }) => line(n, call, urn, answers.get(n))), writes };
}

function line(
  n: number,
  call: string,
  urn: string,
  answer: Parameters<typeof comparable>[0] | undefined,
): object {
  return { n, call, of: urn.split("::").at(-1), answer: answer === undefined ? "never" : comparable(answer) };
}
