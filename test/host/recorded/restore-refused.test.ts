import { RESTORE_REFUSED } from "../../recorded/scenarios/restore-refused";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(RESTORE_REFUSED);
