/**
 * One at a time per server. Between the look at a server's snapshots and the POST that depends on it, no other
 * create of this process may slip in: it could take the last slot, or pass for the one whose answer got lost.
 */
export class KeyedMutex {
  private readonly last = new Map<string, Promise<unknown>>();

  runExclusive<T>(serverId: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(serverId) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.last.set(serverId, settled);
    void settled.then(() => {
      if (this.last.get(serverId) === settled) this.last.delete(serverId);
    });
    return mine;
  }
}
