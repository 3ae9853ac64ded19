import { describeColumn } from "./run-cells";

describeColumn("pruning");
