import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as words from "../../provider/core/messages/advice";
import type { Advice } from "../../provider/core/messages/advice";

/** What people are told to do next, wherever they are: UPDATE_WORDS=1 writes the file anew, to be read like a change of the code. */
const FILE = join(__dirname, "advice.txt");

const ADVICE: Readonly<Record<string, Advice>> = {
  "in a Pulumi project": words.pulumiAdvice,
  "of a safety snapshot": words.safetyAdvice,
  "of a rotation": words.rotationAdvice,
  "in a script": words.scriptAdvice,
  "of an account that a call names": words.connectionAdvice,
  "at the command line": words.commandAdvice,
};

const SAID: Readonly<Record<string, (advice: Advice) => string>> = {
  "where the token is": (advice) => advice.setting("token"),
  "where the endpoint is": (advice) => advice.setting("endpoint"),
  "where the polling interval is": (advice) => advice.setting("pollIntervalSeconds"),
  "what serverId is called": (advice) => advice.argument("serverId"),
  "what name is called": (advice) => advice.argument("name"),
  "what nameRegex is called": (advice) => advice.argument("nameRegex"),
  "what description is called": (advice) => advice.argument("description"),
  "what triggers is called": (advice) => advice.argument("triggers"),
  "no token": (advice) => advice.setToken(),
  "the token of the configuration was refused": (advice) => advice.renewToken("config"),
  "the token of the state was refused": (advice) => advice.renewToken("stored"),
  "the token of the environment was refused": (advice) => advice.renewToken("environment"),
  "the token of a call was refused": (advice) => advice.renewToken("argument"),
  "no API answers": (advice) => advice.checkEndpoint(),
  "no such server": (advice) => advice.checkServer(),
  "the wait has ended early": (advice) => advice.resume("801", "12345"),
  "it never showed": (advice) => advice.forget(),
  "it failed": (advice) => advice.replace("801"),
  "it is in no list": (advice) => advice.gone(),
  "an imported one is in no list": (advice) => advice.replaceImported(),
  "it is gone with its server": (advice) => advice.dropped(),
  "a create took too long": (advice) => advice.moreTime("create", "60"),
  "a delete took too long": (advice) => advice.moreTime("delete", "20"),
  "its name is taken": (advice) => advice.taken("801"),
  "the server is full": (advice) => advice.makeRoom(),
  "after the list of a full server": (advice) => advice.full(),
  "there is one already": (advice) => words.adoptOrDelete(advice, "801"),
  "a delete did not end well": (advice) => advice.deleteAgain("801"),
};

/** Each text once: what an advice says as the first one does is left out. */
function rendered(): string {
  const [first] = Object.values(ADVICE);
  return Object.entries(ADVICE)
    .map(([where, advice]) => {
      const lines = Object.entries(SAID)
        .filter(([, say]) => advice === first || first === undefined || say(advice) !== say(first))
        .map(([what, say]) => `${what}: ${say(advice).trim() === "" ? "(nothing)" : say(advice).trim()}`);
      return [`# ${where}`, ...lines].join("\n");
    })
    .join("\n\n");
}

test("what people are told to do is what somebody has read", () => {
  if (process.env["UPDATE_WORDS"] !== undefined) writeFileSync(FILE, `${rendered()}\n`);
  expect(`${rendered()}\n`).toBe(readFileSync(FILE, "utf8"));
});

test("what is to go on is no sentence, and what stands alone is one", () => {
  for (const advice of Object.values(ADVICE)) {
    for (const part of [advice.checkEndpoint(), advice.makeRoom(), advice.setToken()])
      expect(part).not.toMatch(/\.$/);
    for (const whole of [advice.forget(), advice.gone(), advice.replace("801"), advice.checkServer()])
      expect(whole).toMatch(/^[A-Z].*\.$/);
  }
});
