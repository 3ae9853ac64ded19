import { InvalidInput, messageOf } from "./checks";
import { parseBehaviour, parseOutside } from "./control-input";
import type { Context } from "./exchange";
import { parseFault } from "./fault-input";
import { CONTROL, type Incoming } from "./incoming";
import type { Reply } from "./refusal";

type Act = (context: Context, body: string) => unknown;

const ACTS: Record<string, Act | undefined> = {
  "GET state": ({ model }) => model.state(),
  "GET requests": ({ log }) => log.all(),
  "DELETE requests": ({ log }) => log.clear(),
  "GET faults": ({ script }) => script.report(),
  "POST faults": ({ script }, body) => ({ id: script.add(parseFault(parseJson(body))).id }),
  "DELETE faults": ({ script }) => script.clear(),
  "GET unreached": ({ script }) => script.unreached(),
  "POST behaviour": ({ model }, body) => {
    model.setBehaviour(parseBehaviour(parseJson(body)));
    return model.behaviour();
  },
  "POST outside": ({ model }, body) => ({ result: model.outside.run(parseOutside(parseJson(body))) ?? null }),
};

/** The answer to a request under `CONTROL`: JSON, or 204 where there is nothing to say. */
export function controlReply(context: Context, incoming: Incoming): Reply {
  const what = `${incoming.method} ${incoming.pathname.slice(CONTROL.length).replace(/\/$/, "")}`;
  const act = ACTS[what];
  if (!act) return failure(404, `not known: ${what}; known: ${Object.keys(ACTS).join(", ")}`);
  try {
    const json = act(context, incoming.body);
    return json === undefined ? { status: 204, headers: {} } : { status: 200, headers: {}, json };
  } catch (error) {
    return failure(error instanceof InvalidInput ? 400 : 409, messageOf(error));
  }
}

function failure(status: number, error: string): Reply {
  return { status, headers: {}, json: { error } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput("the body is not JSON");
  }
}
