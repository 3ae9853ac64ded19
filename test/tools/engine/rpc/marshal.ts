import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Props } from "../deploy/values";

/** The largest message either side takes, as in the SDK. */
export const channelOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

export const toStruct = (props: Props): Struct => Struct.fromJavaScript(props);

export const fromStruct = (struct: Struct | undefined): Props => struct?.toJavaScript() ?? {};
