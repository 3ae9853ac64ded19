/** What the model's engine knows of resources of any type. */

export type Properties = Readonly<Record<string, unknown>>;

/** An argument that is another resource's output, as `request.snapshotId` is in a program. */
export class Output {
  constructor(
    readonly of: string,
    readonly property: string,
  ) {}
}

/** What stands for a value in a preview that only the update is going to tell. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the program registers under a name; an `Output` may stand for any argument. */
export interface Declared {
  readonly type: string;
  readonly args: Properties;
  /** `opts.dependsOn`. */
  readonly dependsOn?: readonly string[];
}

/** By resource name; names are unique over all types. What others depend on comes first. */
export type Program = ReadonlyMap<string, Declared>;

/** One resource as the state file holds it. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
  initErrors: readonly string[];
  /** Which resource an input was taken from, by input; `dependsOn` stands under keys of its own. */
  dependencies: Readonly<Record<string, string>>;
  /** Replaced, and to be deleted at the end of a run. */
  delete: boolean;
  /** Deleted ahead of a replacement that is not made yet. */
  pendingReplacement: boolean;
}

/** A snapshot of a rotation, as its state holds it. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

/** What a rotation holds, newest first; nothing of any other type. */
export function membersOf(outputs: Properties): readonly Member[] {
  return (outputs["snapshots"] ?? []) as readonly Member[];
}

/** The snapshots that an entry of the state stands for. */
export function idsOf({ id, outputs }: Entry): readonly string[] {
  return outputs["__ring"] === undefined ? [id] : membersOf(outputs).map((member) => member.id);
}

/** The life cycle of a resource type, as the dynamic provider host calls it. */
export interface Handler {
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{
    readonly inputs: object;
    readonly failures: readonly { readonly property: string; readonly reason: string }[];
  }>;
  diff(id: string, olds: Properties, news: Properties): Promise<Diff>;
  create(inputs: Properties): Promise<{ readonly id: string; readonly outs: object }>;
  read(id: string, props: Properties): Promise<{ readonly id: string; readonly props: object }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ readonly outs: object }>;
  delete(id: string, props: Properties): Promise<void>;
}

export interface Diff {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface ResourceType {
  readonly handler: Handler;
  /** The text in state that the host evaluates. */
  readonly provider: string;
  /** A resource stands for the snapshot of its id: its delete deletes it, and its read looks for it. */
  readonly ownsSnapshot: boolean;
  /** A resource stands for all snapshots of its ring. */
  readonly ownsRing?: boolean;
  /** Its create requests a restore. */
  readonly restores?: boolean;
  /** Its create makes a snapshot, which its delete leaves alone. */
  readonly keepsSnapshot?: boolean;
}

/** What a resource depends on, by input. */
export function dependenciesOf({ args, dependsOn = [] }: Declared): Record<string, string> {
  const taken = Object.entries(args).flatMap(([key, value]) =>
    outputsIn(value).map(({ of }) => [key, of] as const),
  );
  return Object.fromEntries([...taken, ...dependsOn.map((name) => [`dependsOn ${name}`, name] as const)]);
}

/** An argument that is an output, or an object of them. */
function outputsIn(value: unknown): Output[] {
  if (value instanceof Output) return [value];
  return isObject(value) ? Object.values(value).flatMap(outputsIn) : [];
}

/** An argument with what `known` gives for each output in it; a key for which it gives nothing is left out. */
export function withOutputs(value: unknown, known: (output: Output) => unknown): unknown {
  if (value instanceof Output) return known(value);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, withOutputs(each, known)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In the order in which they may be deleted: each layer at the same time, what others depend on after those. */
export function inLayers(entries: readonly Entry[]): Entry[][] {
  const layers: Entry[][] = [];
  for (let left = [...entries]; left.length > 0;) {
    const needed = new Set(left.flatMap(({ name, dependencies }) => otherThan(name, dependencies)));
    const free = left.filter(({ name }) => !needed.has(name));
    if (free.length === 0) throw new Error("MODEL: resources depend on each other in a circle");
    layers.push(free.reverse());
    left = left.filter((entry) => !free.includes(entry));
  }
  return layers;
}

function otherThan(name: string, dependencies: Entry["dependencies"]): string[] {
  return Object.values(dependencies).filter((other) => other !== name);
}

/** Properties as they cross to the engine: a key that is `undefined` would lose the resource there. */
export function wire(properties: object): Properties {
  const lost = Object.entries(properties).find(([, value]) => value === undefined);
  if (lost !== undefined) throw new Error(`MODEL: the property ${lost[0]} is undefined`);
  return JSON.parse(JSON.stringify(properties)) as Properties;
}
