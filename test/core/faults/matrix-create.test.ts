import { describeColumn } from "./run-cells";

describeColumn("create");
