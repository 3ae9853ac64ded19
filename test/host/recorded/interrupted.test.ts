import { INTERRUPTED } from "../../tools/recorded/scenarios/interrupted";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(INTERRUPTED);
