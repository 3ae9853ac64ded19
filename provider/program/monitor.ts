import * as pulumi from "@pulumi/pulumi";

/**
 * Whether a Pulumi program calls, and not a plain script; a script of the Automation API is one, but for its inline
 * program. `hasMonitor()` is false too before this copy of the SDK has used the monitor, and once the program has ended.
 */
export function inProgram(): boolean {
  return pulumi.runtime.getMonitor() !== undefined;
}

/** Only the monitor of setMocks holds mocks; a real one is a gRPC client. */
function mocksOf(monitor: object | undefined): pulumi.runtime.Mocks | undefined {
  return monitor !== undefined && "mocks" in monitor ? (monitor.mocks as pulumi.runtime.Mocks) : undefined;
}

/** The monitor of a run by an engine: a new one at each run, also where one process has several. */
export function engineMonitor(): object | undefined {
  const monitor = pulumi.runtime.getMonitor();
  return mocksOf(monitor) === undefined ? monitor : undefined;
}

/** What tells, whenever it is asked, whether that is for the first time in a run; never where no engine runs the program. */
export function oncePerRun(): () => boolean {
  const runs = new WeakSet<object>();
  return () => {
    const monitor = engineMonitor();
    if (monitor === undefined || runs.has(monitor)) return false;
    runs.add(monitor);
    return true;
  };
}

/**
 * What Pulumi's mocks answer a call of this package with, as an output that keeps its secrets; undefined where there
 * are none. They are asked directly: by way of `runtime.invoke` an error would arrive without its message and code.
 */
export function mockedOutput<T>(name: string, args: object): Promise<pulumi.Output<T>> | undefined {
  const mocks = mocksOf(pulumi.runtime.getMonitor());
  if (mocks === undefined) return undefined;
  const inputs = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  const call = async () => mocks.call({ token: `vpsorg:index:${name}`, inputs, provider: "" });
  return call().then((result) => pulumi.output(result) as pulumi.Output<T>);
}

/** The same as a plain value. */
export function mocked<T>(name: string, args: object): Promise<T> | undefined {
  // The SDK takes its own Outputs apart like this; its types do not show it.
  return mockedOutput<T>(name, args)?.then((output) =>
    (output as unknown as { promise(): Promise<T> }).promise(),
  );
}
