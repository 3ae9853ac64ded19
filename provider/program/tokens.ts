export { SNAPSHOT_PROVIDER, SNAPSHOT_TYPE } from "../core/state-contract";
