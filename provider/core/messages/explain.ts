import { isVpsorgError, withMessage } from "../../api/errors";
import type { Advice } from "./advice";
import { asSentence } from "./labels";

/**
 * A look at the API that failed, told as what it means for the one who looked: of what it was, and that nothing
 * was done. What a refused token means is the same everywhere, so that stays as it is.
 */
export async function explainFailure<T>(
  { advice }: { readonly advice: Advice },
  look: Promise<T>,
  explain: (why: string) => string,
): Promise<T> {
  try {
    return await look;
  } catch (error) {
    if (!isVpsorgError(error) || error.code === "AUTH_FAILED" || error.code === "ABORTED") throw error;
    const remedy = error.code === "NOT_FOUND" ? ` ${advice.checkEndpoint()}.` : "";
    throw withMessage(error, explain(`${asSentence(error.message)}${remedy}`));
  }
}
