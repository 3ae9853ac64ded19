import { describeColumn } from "./run-cells";

describeColumn("list");
