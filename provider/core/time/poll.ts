import type { Clock } from "../../api";

/** Looks until a look gives something, or until the time is up: the last look begins at that time or later. */
export async function poll<T>(
  clock: Clock,
  { everyMs, until }: { readonly everyMs: number; readonly until: number },
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined || clock.now() >= until) return seen;
    await clock.sleep(everyMs);
  }
}
