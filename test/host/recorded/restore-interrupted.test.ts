import { RESTORE_INTERRUPTED } from "../../tools/recorded/scenarios/restore-interrupted";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(RESTORE_INTERRUPTED);
