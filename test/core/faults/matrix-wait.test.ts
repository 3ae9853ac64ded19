import { describeColumn } from "./run-cells";

describeColumn("wait");
