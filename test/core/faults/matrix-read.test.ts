import { describeColumn } from "./run-cells";

describeColumn("read");
