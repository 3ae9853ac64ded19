import { LIFE } from "../../tools/recorded/scenarios/life";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(LIFE);
