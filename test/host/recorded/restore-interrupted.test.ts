import { RESTORE_INTERRUPTED } from "../../recorded/scenarios/restore-interrupted";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(RESTORE_INTERRUPTED);
