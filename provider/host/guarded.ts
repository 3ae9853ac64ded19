import { forHost } from "./people-error";
import { messagesSent } from "./reporter";

/** Properties as the engine sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** No stack trace and no foreign error ever reaches the engine. */
export async function guarded<T>(props: Properties, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw forHost(error, props["__provider"]);
  } finally {
    // The engine may end this process as soon as it has the answer.
    await messagesSent();
  }
}
