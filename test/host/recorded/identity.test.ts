import { IDENTITY } from "../../recorded/scenarios/identity";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(IDENTITY);
