import type { Layout } from "./layout";

export interface Started {
  /** What starts the Pulumi command line. @default nothing else does */
  readonly through?: string;
  /** The package's own command. */
  readonly command?: string;
}

/** The life of the README's first program: what is on the server afterwards, and which requests were made. */
export function hasALife(
  layout: () => Layout,
  { through, command = "npx --no-install pulumi-vpsorg" }: Started = {},
): void {
  const pulumi = (...args: string[]) => layout().pulumi(through, ...args);
  const held = () => layout().stack.emulator.model.listSnapshots();

  it("preview changes nothing, and finds the package", async () => {
    const output = await pulumi("preview");

    expect(output).toMatch(/\+ \d to create/);
    expect(output).not.toContain("cannot be found");
    expect([layout().stack.writes(), held()]).toEqual([[], []]);
  });

  it("up takes the snapshot and waits for it", async () => {
    await pulumi("up", "--yes", "--skip-preview");

    expect(layout().stack.writes()).toEqual(["POST /snapshots/"]);
    const [{ name, status } = {}, ...others] = held();
    expect([name, status, others]).toEqual([
      expect.stringMatching(/^before-upgrade-[0-9a-f]{7}$/),
      "completed",
      [],
    ]);
    expect(await layout().stack.project.outputs()).toEqual({ snapshotId: onlyId() });
  });

  it("the installed command lists it", async () => {
    const output = await layout().must(`${command} list --server 12345 --json`);

    expect(output).toContain(held()[0]?.name);
  });

  it("refresh reads it, and changes nothing", async () => {
    layout().stack.emulator.clearRequests();

    await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");

    const methods = layout().stack.emulator.requests();
    expect([...new Set(methods.map(({ method }) => method))]).toEqual(["GET"]);
    expect(await layout().stack.snapshots()).toMatchObject([{ id: onlyId() }]);
  });

  it("destroy deletes it, and nothing stays behind", async () => {
    const id = onlyId();
    layout().stack.emulator.clearRequests();

    await pulumi("destroy", "--yes", "--skip-preview");

    expect(layout().stack.writes()).toEqual([`DELETE /snapshots/${id}/`]);
    expect([held(), await layout().stack.snapshots()]).toEqual([[], []]);
    // The next life of this layout begins as this one did.
    layout().stack.emulator.clearRequests();
  });

  const onlyId = (): string => String(held()[0]?.id);
}
