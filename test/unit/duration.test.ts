import { parseDuration } from "../../provider/core/time/duration";

test.each([
  ["45m", 2_700_000],
  ["1h30m", 5_400_000],
  ["90s", 90_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  ["1h1m1s1ms", 3_661_001],
  ["2m500ms", 120_500],
  ["1m1m", 120_000],
  ["0s", 0],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  "",
  " ",
  "soon",
  "45",
  "45 m",
  " 45m",
  "45m ",
  "m",
  "-5m",
  "+5m",
  "5d",
  "5M",
  "1h30",
  "1..5h",
  "5m\n",
])("%j is none", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

// What Go's time.ParseDuration takes, so the engine takes it too.
test.each([
  [".5h", 1_800_000],
  ["1.h", 3_600_000],
  ["1s500000us", 1500],
])("%s is %d ms, as it is for Pulumi", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
