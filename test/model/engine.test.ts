import { Model } from "../tools/emulator";
import { EngineRun } from "./engine";
import { Ledger } from "./ledger";
import { Output, UNKNOWN } from "./resources";
import type { Declared, Diff, Entry, Handler, Properties } from "./resources";
import { RunLedger } from "./run-ledger";
import type { EngineHost } from "./steps";

/** What the model's engine does with resources that take from each other, on a provider that only notes its calls. */

let state: Entry[];
let calls: string[];
let failing: string | undefined;
let deleteFirst: boolean;

const provider: Handler = {
  check: (_olds, news) => {
    calls.push(`check ${String(news["__resource"])} ${JSON.stringify(news["from"] ?? null)}`);
    return Promise.resolve({ inputs: news, failures: [] });
  },
  diff: (id, olds, news): Promise<Diff> => {
    const replaces = ["value", "from"].filter((key) => olds[key] !== news[key]);
    calls.push(`diff ${id} ${replaces.join()}`);
    return Promise.resolve({ changes: replaces.length > 0, replaces, deleteBeforeReplace: deleteFirst });
  },
  create: async (inputs) => {
    const id = `${String(inputs["__resource"])}-${String(inputs["value"])}`;
    await Promise.resolve();
    calls.push(`create ${id}`);
    if (inputs["__resource"] === failing) throw new Error("no");
    return { id, outs: { ...inputs, made: `made by ${id}` } };
  },
  read: (id, props) => Promise.resolve({ id, props }),
  update: (_id, _olds, news) => Promise.resolve({ outs: news }),
  delete: async (id) => {
    await Promise.resolve();
    calls.push(`delete ${id}`);
  },
};

const host: EngineHost = {
  types: { Thing: { handler: provider, provider: "exports.handler=()=>0", ownsSnapshot: false } },
  cancelled: false,
  hear: (answer) => answer,
};

const thing = (args: Properties): Declared => ({ type: "Thing", args });
/** `second` takes from `first`, `third` from `second`. */
const chained = (value: number): Map<string, Declared> =>
  new Map([
    ["first", thing({ value })],
    ["second", thing({ value: 2, from: new Output("first", "made") })],
    ["third", thing({ value: 3, from: new Output("second", "id") })],
    ["other", thing({ value: 4 })],
  ]);

async function run(work: (engine: EngineRun) => Promise<void>): Promise<EngineRun> {
  calls = [];
  const engine = new EngineRun(state, host, new RunLedger(new Ledger(new Model()), 1));
  await work(engine);
  return engine;
}

const up = (program: Map<string, Declared>, dryRun = false): Promise<EngineRun> =>
  run((engine) => engine.up(named(program), dryRun));
/** The name as an argument, so that the calls tell whose they are. */
const named = (program: Map<string, Declared>): Map<string, Declared> =>
  new Map(
    [...program].map(([name, { type, args }]) => [name, { type, args: { ...args, __resource: name } }]),
  );
const held = (): string[] => state.map(({ id }) => id).sort();

beforeEach(() => {
  state = [];
  failing = undefined;
  deleteFirst = false;
});

test("what takes from another is registered when that one is made; what does not, at once", async () => {
  await up(chained(1));

  expect(calls.indexOf("check other null")).toBeLessThan(calls.indexOf("create first-1"));
  expect(calls.filter((call) => !call.includes("other"))).toEqual([
    "check first null",
    "create first-1",
    'check second "made by first-1"',
    "create second-2",
    'check third "second-2"',
    "create third-3",
  ]);
  expect(held()).toEqual(["first-1", "other-4", "second-2", "third-3"]);
});

test("a preview makes nothing, and what only the update can tell is unknown", async () => {
  await up(chained(1), true);

  expect(calls).toContain(`check second "${UNKNOWN}"`);
  expect(calls).toContain(`check third "${UNKNOWN}"`);
  expect(calls.filter((call) => call.startsWith("create"))).toEqual([]);
  expect(state).toEqual([]);
});

test("what takes from a resource that failed is not registered", async () => {
  failing = "first";

  const { errors } = await up(chained(1));

  expect(errors).toEqual([{ resource: "first", message: "no" }]);
  expect(calls.filter((call) => /second|third/.test(call))).toEqual([]);
});

test("a destroy deletes what takes from others first", async () => {
  await up(chained(1));

  await run((engine) => engine.destroy());

  expect(calls.filter((call) => !call.includes("other"))).toEqual([
    "delete third-3",
    "delete second-2",
    "delete first-1",
  ]);
  expect(state).toEqual([]);
});

test("a replacement replaces what takes the changed output, and the old halves go last, dependents first", async () => {
  await up(chained(1));

  await up(chained(9));

  expect(calls.filter((call) => /^(create|delete)/.test(call))).toEqual([
    "create first-9",
    "create second-2",
    "delete second-2",
    "delete first-1",
  ]);
});

test("one that is deleted first takes with it what would be replaced after it, which then is made anew", async () => {
  await up(chained(1));
  deleteFirst = true;

  await up(chained(9));

  expect(calls.filter((call) => !call.includes("other"))).toEqual([
    "check first null",
    "diff first-1 value",
    "check first null",
    "diff second-2 from",
    "diff third-3 from",
    "delete third-3",
    "delete second-2",
    "delete first-1",
    "create first-9",
    'check second "made by first-9"',
    "create second-2",
    'check third "second-2"',
    "create third-3",
  ]);
  expect(held()).toEqual(["first-9", "other-4", "second-2", "third-3"]);
});
