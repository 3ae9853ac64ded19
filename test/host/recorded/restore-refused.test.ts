import { RESTORE_REFUSED } from "../../tools/recorded/scenarios/restore-refused";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(RESTORE_REFUSED);
