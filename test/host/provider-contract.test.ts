import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import {
  COMPLETION_PROVIDER,
  COMPLETION_TYPE,
  REQUEST_PROVIDER,
  REQUEST_TYPE,
  RESTORE_TYPE,
  ROTATION_PROVIDER,
  ROTATION_TYPE,
  SAFETY_PROVIDER,
  SAFETY_TYPE,
  SNAPSHOT_PROVIDER,
  SNAPSHOT_TYPE,
} from "../../provider/core/state-contract";
import { isUnknown } from "../../provider/host/boundary";
import { environment, ROOT } from "../tools/support/host/provider-host";

jest.setTimeout(20_000);
import { checked, openScene, registered } from "./support/scene";
import type { Scene } from "./support/scene";

/** What state files of all released versions rely on. A test that fails here asks for a migration, not for a new text. */

const run = promisify(execFile);

/** As the host does it: its own copy of require-from-string, in a process whose directory is the project's. */
const EVALUATE = `
  const sdk = require.resolve("@pulumi/pulumi/cmd/dynamic-provider", { paths: [process.argv[1]] });
  const requireFromString = require(require.resolve("require-from-string", { paths: [sdk] }));
  const { handler } = requireFromString(process.argv[2]);
  console.log(JSON.stringify({ methods: Object.keys(handler()).sort(), same: handler() === handler() }));
`;

async function evaluate(cwd: string, text = SNAPSHOT_PROVIDER): Promise<unknown> {
  const { stdout } = await run(process.execPath, ["-e", EVALUATE, ROOT, text], {
    cwd,
    env: environment(),
    timeout: 15_000,
  });
  return JSON.parse(stdout);
}

describe("the text that stands for the provider", () => {
  const handler = {
    methods: [
      ...["check", "configure", "create", "delete", "diff", "read"],
      ...["restoreCompletion", "restoreRequest", "safetySnapshot", "snapshotRotation", "update"],
    ],
    same: true,
  };

  it("is the one that released state files hold, and is short", () => {
    expect(SNAPSHOT_PROVIDER).toBe('exports.handler=()=>require("pulumi-vpsorg/host")');
    expect(SNAPSHOT_TYPE).toBe("pulumi-nodejs:dynamic/vpsorg:Snapshot");
    expect(Buffer.byteLength(SNAPSHOT_PROVIDER)).toBeLessThanOrEqual(64);
  });

  it.each([
    ["snapshotRotation", ROTATION_PROVIDER, "SnapshotRotation", ROTATION_TYPE],
    ["safetySnapshot", SAFETY_PROVIDER, "SafetySnapshot", SAFETY_TYPE],
    ["restoreRequest", REQUEST_PROVIDER, "RestoreRequest", REQUEST_TYPE],
    ["restoreCompletion", COMPLETION_PROVIDER, "RestoreCompletion", COMPLETION_TYPE],
  ])(
    "is as short for %s, a step of a restore or a rotation, and gives its handler",
    async (name, text, typeName, type) => {
      expect(text).toBe(`exports.handler=()=>require("pulumi-vpsorg/host").${name}`);
      expect(type).toBe(`pulumi-nodejs:dynamic/vpsorg:${typeName}`);
      expect(RESTORE_TYPE).toBe("vpsorg:index:SnapshotRestore");
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(72);
      expect(await evaluate(ROOT, text)).toEqual({
        methods: ["check", "configure", "create", "delete", "diff", "read", "update"],
        same: true,
      });
    },
  );

  it("gives the handler from the repository and from an example in it", async () => {
    expect(await evaluate(ROOT)).toEqual(handler);
    expect(await evaluate(join(ROOT, "examples"))).toEqual(handler);
  });

  it("gives the handler from a project that has the package installed, and from its main folder", async () => {
    const project = await mkdtemp(join(tmpdir(), "vpsorg-"));
    try {
      await mkdir(join(project, "node_modules"));
      await mkdir(join(project, "infra"));
      await symlink(ROOT, join(project, "node_modules", "pulumi-vpsorg"));

      expect(await evaluate(project)).toEqual(handler);
      expect(await evaluate(join(project, "infra"))).toEqual(handler);
    } finally {
      await rm(project, { recursive: true });
    }
  });
});

describe("unknown values", () => {
  it("are written as the installed SDK writes them", () => {
    expect(isUnknown(unknownValue)).toBe(true);
    expect(isUnknown(unknownValue.toUpperCase())).toBe(false);
  });

  describe("in a preview", () => {
    let scene: Scene;

    beforeAll(async () => {
      scene = await openScene();
    });

    afterAll(() => scene.close());

    const known = {
      serverId: "12345",
      name: "web",
      description: "d",
      triggers: ["v1"],
      waitForCompletion: true,
    };
    const cases = Object.keys(known).map((key) => [key, { ...known, [key]: unknownValue }] as const);

    it.each([...cases, ["a trigger", { ...known, triggers: ["v1", { sha: unknownValue }] }] as const])(
      "pass check as they are: %s",
      async (_what, args) => {
        const news = registered(args);
        const { __resource: _resource, ...rest } = news;

        expect(await scene.client.check({}, news)).toEqual({ inputs: rest, failures: [] });
      },
    );

    it("pass check in all arguments at once", async () => {
      const args = Object.fromEntries(Object.keys(known).map((key) => [key, unknownValue]));

      expect((await scene.client.check({}, registered(args))).failures).toEqual([]);
    });

    it.each(["serverId", "name", "description", "triggers"])("of %s replace", async (property) => {
      const { client, emulator } = scene;
      const id = String(emulator.model.outside.createSnapshot({ serverId: 12345, name: "web" }));
      const inputs = await checked(client, known);
      const made = { serverName: "web-server-01", __endpoint: emulator.endpoint };
      const olds = { ...inputs, ...made, status: "completed" };
      const news = await checked(client, { ...known, [property]: unknownValue });

      expect(await client.diff(id, olds, news)).toMatchObject({ changes: "some", replaces: [property] });
      emulator.model.outside.deleteSnapshot(id);
    });
  });
});

describe("the state of a snapshot", () => {
  it("takes at most 700 bytes, inputs and outputs together", async () => {
    const scene = await openScene();
    try {
      const inputs = await checked(scene.client, {
        serverId: 12345,
        description: "before the upgrade to 2.0",
        triggers: ["v2.0.0", "8f14e45fceea167a5a36dedd4bea2543"],
      });
      const { properties } = await scene.client.create(inputs);

      const bytes = Buffer.byteLength(JSON.stringify({ inputs, outputs: properties }));

      expect(bytes).toBeLessThanOrEqual(700);
    } finally {
      await scene.close();
    }
  });
});
