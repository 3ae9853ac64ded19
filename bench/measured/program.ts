/** Programs of so many resources, as a user would write them, without a compiler in between. */

const FRAME = {
  "Pulumi.yaml": "name: bench\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "bench", main: "index.js" }),
};

/** As short as ours; what it loads answers everything and does nothing. */
export const EMPTY_PROVIDER = 'exports.handler=()=>require("./empty-provider.js")';

/** What the empty provider adds to the inputs, as ours does. */
const EMPTY_MODULE = `
const outputs = { serverName: "server-0", status: "completed", sizeMb: 5120, createdAt: "2026-01-15T12:00:00.000Z" };
module.exports = {
  check: async (olds, { __resource, ...news }) => ({ inputs: { ...news, waitForCompletion: true, __autoName: __resource } }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => ({ id: inputs.name, outs: { ...inputs, ...outputs } }),
  read: async (id, props) => ({ id, props }),
  update: async (id, olds, news) => ({ outs: { ...news, ...outputs } }),
  delete: async () => {},
};
`;

const COUNTS = `
const snapshots = Number(process.env.BENCH_SNAPSHOTS);
const servers = Number(process.env.BENCH_SERVERS);
`;

/** `BENCH_SNAPSHOTS` snapshots, in turn on `BENCH_SERVERS` servers. */
export const SNAPSHOTS: Readonly<Record<string, string>> = {
  ...FRAME,
  "index.js": `const { Snapshot } = require("pulumi-vpsorg");
${COUNTS}
for (let i = 0; i < snapshots; i++) new Snapshot("snapshot-" + i, { serverId: 1000 + (i % servers) });
`,
};

/**
 * The same number of resources that do nothing, with the outputs of a `Snapshot` and properties of the same size: what the
 * engine, the SDK and the host cost by themselves. Each output that a class declares costs the program, set or not.
 */
export const EMPTY: Readonly<Record<string, string>> = {
  ...FRAME,
  "empty-provider.js": EMPTY_MODULE,
  "index.js": `const pulumi = require("@pulumi/pulumi");
${COUNTS}
for (let i = 0; i < snapshots; i++) {
  new pulumi.CustomResource("pulumi-nodejs:dynamic/bench:Empty", "empty-" + i, {
    description: undefined,
    triggers: undefined,
    waitForCompletion: undefined,
    serverName: undefined,
    status: undefined,
    sizeMb: undefined,
    createdAt: undefined,
    serverId: String(1000 + (i % servers)),
    name: "empty-" + i + "-0123abc",
    __resource: "empty-" + i,
    __provider: ${JSON.stringify(EMPTY_PROVIDER)},
  });
}
`,
};
