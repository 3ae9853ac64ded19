import { REPLACING } from "../../tools/recorded/scenarios/replacing";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(REPLACING);
