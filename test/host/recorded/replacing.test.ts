import { REPLACING } from "../../recorded/scenarios/replacing";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(REPLACING);
