import { LIFE } from "../../recorded/scenarios/life";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(LIFE);
