import { describeColumn } from "./run-cells";

describeColumn("rotation create");
