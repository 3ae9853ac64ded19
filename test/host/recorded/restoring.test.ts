import { RESTORING } from "../../recorded/scenarios/restoring";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(RESTORING);
