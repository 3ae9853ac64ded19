import { describeColumn } from "./run-cells";

describeColumn("restore wait");
