import { ROTATING } from "../../tools/recorded/scenarios/rotating";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(ROTATING);
