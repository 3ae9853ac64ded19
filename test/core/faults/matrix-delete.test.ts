import { describeColumn } from "./run-cells";

describeColumn("delete");
