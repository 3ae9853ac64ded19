import { examined, findingsOf } from "./examined";
import type { ShownFinding } from "./examined";
import { delta, MOST } from "./variant";
import { ENTRIES } from "./variants-entries";
import { LISTS } from "./variants-lists";
import { REQUESTS } from "./variants-requests";

let base: readonly ShownFinding[];
beforeAll(async () => {
  base = findingsOf(await examined(["--json"]));
});

test.each([...LISTS, ...ENTRIES, ...REQUESTS])(
  "$name",
  async ({ arrange, options, code, requests, found }) => {
    const done = await examined(["--json"], arrange, options);
    expect(delta(base, findingsOf(done)).toSorted()).toEqual(found.toSorted());
    expect(done.code).toBe(code);
    expect(done.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
    if (requests === undefined) expect(done.requests.length).toBeLessThanOrEqual(MOST);
    else expect(done.requests).toHaveLength(requests);
  },
);
