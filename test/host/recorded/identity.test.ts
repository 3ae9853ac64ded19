import { IDENTITY } from "../../tools/recorded/scenarios/identity";
import { replayScenarios } from "../support/replay-scenarios";

replayScenarios(IDENTITY);
