import { RESTORING } from "../../tools/recorded/scenarios/restoring";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(RESTORING);
