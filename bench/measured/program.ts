/** Programs of so many resources, as a user would write them, without a compiler in between. */

const FRAME = {
  "Pulumi.yaml": "name: bench\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "bench", main: "index.js" }),
};

/** A provider that answers everything and does nothing. */
export const EMPTY_PROVIDER =
  "exports.handler=()=>({" +
  "check:async(olds,news)=>({inputs:news})," +
  "diff:async()=>({changes:false})," +
  "create:async(inputs)=>({id:inputs.name,outs:inputs})," +
  "read:async(id,props)=>({id,props})," +
  "update:async(id,olds,news)=>({outs:news})," +
  "delete:async()=>{}})";

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
 * The same number of resources that do nothing, with properties of the same size: what the engine, the SDK and the
 * host cost by themselves.
 */
export const EMPTY: Readonly<Record<string, string>> = {
  ...FRAME,
  "index.js": `const pulumi = require("@pulumi/pulumi");
const outputs = { serverName: "server-0", status: "completed", sizeMb: 5120, createdAt: "2026-01-15T12:00:00Z" };
const provider = ${JSON.stringify(EMPTY_PROVIDER)};
${COUNTS}
for (let i = 0; i < snapshots; i++) {
  new pulumi.CustomResource("pulumi-nodejs:dynamic/bench:Empty", "empty-" + i, {
    ...outputs, serverId: String(1000 + (i % servers)), name: "empty-" + i, __provider: provider,
  });
}
`,
};
