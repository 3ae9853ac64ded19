import { INTERRUPTED } from "../../recorded/scenarios/interrupted";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(INTERRUPTED);
