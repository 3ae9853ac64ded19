import type { Scenario } from "../scenario";
import { IDENTITY } from "./identity";
import { INTERRUPTED } from "./interrupted";
import { LIFE } from "./life";
import { REPLACING } from "./replacing";
import { RESTORE_INTERRUPTED } from "./restore-interrupted";
import { RESTORE_REFUSED } from "./restore-refused";
import { RESTORING } from "./restoring";
import { ROTATING } from "./rotating";

/** All that is recorded; the name of each is the name of its file in `../calls`. */
export const SCENARIOS: readonly Scenario[] = [
  ...LIFE,
  ...REPLACING,
  ...IDENTITY,
  ...INTERRUPTED,
  ...RESTORING,
  ...RESTORE_REFUSED,
  ...RESTORE_INTERRUPTED,
  ...ROTATING,
];
