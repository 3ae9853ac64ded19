import type { Deployment, ExportedResource } from "../../test/tools/support/deployment";

/** What a snapshot takes in the state, in bytes of JSON, the largest of the stack. */
export interface State {
  readonly provider: number;
  readonly inputsAndOutputs: number;
}

export async function measureState(deployment: Deployment): Promise<State> {
  const snapshots = await deployment.snapshots();
  if (snapshots.length === 0) throw new Error("the state holds no snapshot");
  const most = (bytes: (resource: ExportedResource) => number) => Math.max(...snapshots.map(bytes));
  return {
    provider: most(({ inputs }) => Buffer.byteLength(String(inputs?.["__provider"]))),
    inputsAndOutputs: most(({ inputs, outputs }) => bytesOf(inputs) + bytesOf(outputs)),
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value ?? {}));
}
