import { describeColumn } from "./run-cells";

describeColumn("addition");
