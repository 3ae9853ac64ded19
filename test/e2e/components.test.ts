import { Deployment, program } from "../tools/support/deployment";

jest.setTimeout(120_000);

/** A component as users write them: a snapshot, what is to follow it, and a second snapshot beside it. */
const COMPONENT = `
class Release extends pulumi.ComponentResource {
  constructor(name, opts) {
    super("shop:index:Release", name, {}, opts);
    const web = new Snapshot(name + "-web", { serverId: 12345 }, { parent: this });
    const db = new Snapshot(name + "-db", { serverId: 12346 }, { parent: this });
    new SnapshotRestore(name + "-back", { snapshotId: web.id, serverId: 12345 }, { parent: this, dependsOn: [db] });
    this.ids = pulumi.all([web.id, db.id]);
    this.registerOutputs({ ids: this.ids });
  }
}
`;

let stack: Deployment;
afterEach(() => stack.close());

it("snapshots and a restore live in nested components, and keep to their own rows", async () => {
  const files = program(`${COMPONENT}
class Shop extends pulumi.ComponentResource {
  constructor() {
    super("shop:index:Shop", "shop");
    this.release = new Release("v1", { parent: this });
  }
}
exports.ids = new Shop().release.ids;
`);
  // So that its creates are seen in progress, on a busy machine as well.
  stack = await Deployment.open({ files }, { speed: 150 });
  await stack.must("preview");
  const { output } = await stack.up();
  expect(output).toMatch(/vpsorg:Snapshot v1-web .*snapshot \d+ "v1-web-[0-9a-f]{7}".*: in_progress/);
  expect(output).toMatch(
    /vpsorg:RestoreRequest v1-back-request .*all data on server 12345 \(web-server-01\)/,
  );
  expect(stack.emulator.model.listSnapshots()).toHaveLength(2);
  expect(stack.writes().filter((write) => write.endsWith("/restore/"))).toHaveLength(1);

  await stack.up("--expect-no-changes");
  const { stdout } = await stack.must("stack", "export");
  expect(stdout).not.toMatch(/"__urn": "urn/);
  await stack.must("destroy", "--yes", "--skip-preview");
});

it("programs with components run under Pulumi's mocks", async () => {
  stack = await Deployment.open({
    files: {
      ...program(""),
      "mocks.js": `
const pulumi = require("@pulumi/pulumi");
pulumi.runtime.setMocks({
  newResource: (args) => ({ id: args.name + "-id", state: args.inputs }),
  call: (args) => args.inputs,
}, "shop", "dev");
const { Snapshot, SnapshotRestore } = require("pulumi-vpsorg");
${COMPONENT}
new Release("v1").ids.apply((ids) => console.log(JSON.stringify(ids)));
`,
    },
  });
  const { code, output } = await stack.project.node("mocks.js");
  expect([code, output.trim()]).toEqual([0, '["v1-web-id","v1-db-id"]']);
});
