import { QuotaError } from "../../api";
import type { SnapshotRecord } from "../../api";
import type { Session } from "../session";
import { listing, serverLabel } from "../wording";

/** What VPS.org documents, for every server and plan. */
export const SNAPSHOTS_PER_SERVER = 5;

export function quotaError(
  session: Pick<Session, "clock" | "voice">,
  serverId: string,
  held: readonly SnapshotRecord[],
): QuotaError {
  return new QuotaError(
    `${serverLabel(serverId, held[0]?.serverName)} holds ${held.length} of ${SNAPSHOTS_PER_SERVER} snapshots, so ` +
      `another one cannot be made. Nothing was created. Delete one of these first, with \`npx --no-install pulumi-vpsorg delete ID\`:\n` +
      listing(held, session.clock.now()) +
      session.voice.full(),
  );
}
