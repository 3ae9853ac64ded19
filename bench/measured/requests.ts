import type { PulumiCommand } from "../../test/tools/engine/choose";
import { countRequests, deploy } from "./deployed";
import type { Size } from "./deployed";
import { measureState } from "./state";
import type { State } from "./state";

/** The requests of whole commands on a stack of so many snapshots. */
export interface CommandRequests {
  readonly size: Size;
  readonly unchangedUp: number;
  readonly refresh: number;
  readonly state: State;
}

export async function measureCommands(engine: PulumiCommand, size: Size): Promise<CommandRequests> {
  const deployment = await deploy(engine, size);
  try {
    await deployment.up();
    const after = async (...args: string[]): Promise<number> => {
      countRequests(deployment);
      await deployment.must(...args);
      return countRequests(deployment);
    };
    return {
      size,
      unchangedUp: await after("up", "--yes", "--skip-preview", "--expect-no-changes"),
      refresh: await after("refresh", "--yes", "--skip-preview"),
      state: await measureState(deployment),
    };
  } finally {
    await deployment.close();
  }
}

/** The requests of a preview that adds so many snapshots. */
export async function measurePreview(engine: PulumiCommand, size: Size): Promise<number> {
  const deployment = await deploy(engine, size);
  try {
    await deployment.must("preview");
    return countRequests(deployment);
  } finally {
    await deployment.close();
  }
}
