import { checkRotation } from "../../provider/core/rotation/arguments";
import { checkSnapshot } from "../../provider/core/snapshot/arguments";
import type { CheckContext, Checked } from "../../provider/core/check";
import { isName } from "../../provider/core/snapshot/name";

const UNKNOWN = Symbol("a value that is not known yet");
const UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

const context = (random = 0.5): CheckContext => ({
  isUnknown: (value) => value === UNKNOWN,
  random: () => random,
});

type Props = Readonly<Record<string, unknown>>;
const good: Props = { serverId: 12345, name: "web-1", __resource: "web" };

function check(news: Props, olds: Props = {}, random?: number): Checked {
  return checkSnapshot(olds, news, context(random));
}

describe("what is wrong is named, with property and value", () => {
  const serverId = (shown: string): string =>
    `must be the id of a server, a positive whole number or a UUID; it is ${shown}`;
  const name = (shown: string): string =>
    `must be letters, digits, hyphens and underscores only; it is ${shown}`;
  const timeout = (operation: string, shown: string): string =>
    `customTimeouts.${operation} must be a time such as "45m" or "1h30m"; it is ${shown}`;
  const imported = (shown: string): string =>
    `the resource option import must be the id of a snapshot, a positive whole number or a UUID; it is ${shown}`;
  const missing = "is missing: give the id of the server, a positive whole number or a UUID";
  const unknown = (key: string): string =>
    `"${key}" is not an argument of Snapshot; remove it. The arguments are serverId, name, description, ` +
    "triggers, waitForCompletion";

  test.each<[string, string, Props]>([
    ["serverId", missing, { serverId: undefined }],
    ["serverId", missing, { serverId: null }],
    ["serverId", serverId("0"), { serverId: 0 }],
    ["serverId", serverId("-1"), { serverId: -1 }],
    ["serverId", serverId("1.5"), { serverId: 1.5 }],
    ["serverId", serverId("NaN"), { serverId: NaN }],
    ["serverId", serverId("Infinity"), { serverId: Infinity }],
    ["serverId", serverId("9007199254740992"), { serverId: 2 ** 53 }],
    ["serverId", serverId('"abc"'), { serverId: "abc" }],
    ["serverId", serverId('""'), { serverId: "" }],
    ["serverId", serverId('" 12"'), { serverId: " 12" }],
    ["serverId", serverId('"12\\n"'), { serverId: "12\n" }],
    ["serverId", serverId('"0"'), { serverId: "0" }],
    ["serverId", serverId('"-1"'), { serverId: "-1" }],
    ["serverId", serverId('"1e3"'), { serverId: "1e3" }],
    ["serverId", serverId('"../12"'), { serverId: "../12" }],
    ["serverId", serverId(`"${UUID.slice(1)}"`), { serverId: UUID.slice(1) }],
    ["serverId", serverId("true"), { serverId: true }],
    ["serverId", serverId("an object"), { serverId: {} }],
    ["serverId", serverId("a list"), { serverId: [12345] }],
    ["serverId", serverId(`"${"9".repeat(60)}…"`), { serverId: "9".repeat(200) }],
    ["name", name('"a b"'), { name: "a b" }],
    ["name", name('"ü"'), { name: "ü" }],
    ["name", name('""'), { name: "" }],
    ["name", name('"web.1"'), { name: "web.1" }],
    ["name", name('"web\\n"'), { name: "web\n" }],
    ["name", name("5"), { name: 5 }],
    ["name", name("false"), { name: false }],
    ["name", name("a list"), { name: ["web"] }],
    ["description", "must be text; it is 5", { description: 5 }],
    ["description", "must be text; it is false", { description: false }],
    ["description", "must be text; it is an object", { description: { text: "x" } }],
    ["triggers", 'must be a list of values, for example [release]; it is "x"', { triggers: "x" }],
    ["triggers", "must be a list of values, for example [release]; it is an object", { triggers: { a: 1 } }],
    ["waitForCompletion", 'must be true or false; it is "yes"', { waitForCompletion: "yes" }],
    ["waitForCompletion", 'must be true or false; it is "true"', { waitForCompletion: "true" }],
    ["waitForCompletion", "must be true or false; it is 0", { waitForCompletion: 0 }],
    ["serverID", unknown("serverID"), { serverID: 12345 }],
    ["__proto", unknown("__proto"), { __proto: 1 }],
    ["constructor", unknown("constructor"), { constructor: "x" }],
    ["", timeout("create", '"soon"'), { __timeouts: { create: "soon" } }],
    ["", timeout("create", '"0s"'), { __timeouts: { create: "0s" } }],
    ["", timeout("update", '""'), { __timeouts: { update: "" } }],
    ["", timeout("delete", '"-5m"'), { __timeouts: { delete: "-5m" } }],
    ["", timeout("delete", "30"), { __timeouts: { create: "5m", delete: 30 } }],
    ["", imported('"abc"'), { __import: "abc" }],
    ["", imported('""'), { __import: "" }],
    ["", imported("0"), { __import: 0 }],
  ])("%s: %s", (property, reason, wrong) => {
    expect(check({ ...good, ...wrong }).failures).toEqual([{ property, reason }]);
  });

  test("all problems at once", () => {
    const { failures } = check({
      name: "a b",
      description: 5,
      colour: "red",
      __timeouts: { create: "soon" },
    });
    expect(failures.map(({ property }) => property)).toEqual([
      "colour",
      "serverId",
      "name",
      "description",
      "",
    ]);
  });

  test.each(["45m", 5])("customTimeouts that are %j are no set of times", (value) => {
    expect(check({ ...good, __timeouts: value }).failures).toHaveLength(1);
  });

  test("null is no time, as it is no argument", () => {
    expect(check({ ...good, __timeouts: { create: null } }).failures).toEqual([]);
  });

  test("a value cannot steer the terminal", () => {
    const wrong = { name: "\u001b[2J\u202e\u009b", serverId: "\u001b[2J" };
    const shown = check({ ...good, ...wrong }).failures.map(({ reason }) => reason);
    expect(shown.filter((reason) => /[\p{Cc}\p{Bidi_Control}]/u.test(reason))).toEqual([]);
    const { failures } = check({ ...good, ["\u001b[2Jname"]: 1 });
    expect(failures.filter(({ reason }) => /\p{Cc}/u.test(reason))).toEqual([]);
  });
});

describe("what passes", () => {
  test.each<[unknown, string]>([
    [12345, "12345"],
    ["12345", "12345"],
    ["0012345", "12345"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    ["9".repeat(19), "9".repeat(19)],
    [UUID, UUID],
    [UUID.toUpperCase(), UUID],
  ])("serverId %j becomes %j", (given, serverId) => {
    expect(check({ ...good, serverId: given })).toMatchObject({ inputs: { serverId }, failures: [] });
  });

  test.each(["web", "WEB_1", "-", "_", "0", "a".repeat(300)])("name %s", (name) => {
    expect(check({ ...good, name })).toMatchObject({ inputs: { name }, failures: [] });
  });

  test.each(["", "two\nlines", "Zürich 😀"])("description %j is kept as it is", (description) => {
    expect(check({ ...good, description })).toMatchObject({ inputs: { description }, failures: [] });
  });

  test.each([[[]], [[1, "a", null, { b: [] }]], [[UNKNOWN]]])(
    "triggers %p are kept as they are",
    (triggers) => {
      expect(check({ ...good, triggers })).toMatchObject({ inputs: { triggers }, failures: [] });
    },
  );

  test.each([["1ms"], ["45m"], ["1h30m"], ["1.5h"]])("a time of %s", (create) => {
    const { inputs, failures } = check({ ...good, __timeouts: { create } });
    expect([inputs["__timeouts"], failures]).toEqual([{ create }, []]);
  });

  test.each<[unknown, string]>([
    [801, "801"],
    ["801", "801"],
    [UUID.toUpperCase(), UUID],
  ])("import of %j", (given, id) => {
    expect(check({ ...good, __import: given })).toMatchObject({ inputs: { __import: id }, failures: [] });
  });

  test("values that are not known yet, everywhere", () => {
    const unknown = {
      serverId: UNKNOWN,
      name: UNKNOWN,
      description: UNKNOWN,
      triggers: UNKNOWN,
      waitForCompletion: UNKNOWN,
    };
    expect(check({ ...unknown, __resource: "web" })).toEqual({ inputs: unknown, failures: [] });
  });
});

describe("the inputs", () => {
  test("as they are recorded, with the default and nothing else", () => {
    expect(check({ serverId: 7, __resource: "web", __provider: "code" }).inputs).toEqual({
      serverId: "7",
      name: "web-8000000",
      __autoName: "web",
      waitForCompletion: true,
    });
  });

  test.each([true, false])("waitForCompletion %s is kept", (waitForCompletion) => {
    expect(check({ ...good, waitForCompletion }).inputs["waitForCompletion"]).toBe(waitForCompletion);
  });

  test("a name of the user's is not marked as ours", () => {
    expect(check(good).inputs).toEqual({ serverId: "12345", name: "web-1", waitForCompletion: true });
  });

  test.each<[string, Props]>([
    ["nothing", {}],
    [
      "all arguments undefined",
      { serverId: undefined, name: undefined, description: undefined, triggers: undefined },
    ],
    ["all arguments null", { serverId: null, name: null, description: null, triggers: null, __import: null }],
    [
      "wrong ones",
      { serverId: {}, name: 5, description: 5, triggers: 5, waitForCompletion: 5, __timeouts: 5 },
    ],
  ])("never hold an undefined: %s", (_what, news) => {
    expect(Object.values(check(news).inputs)).not.toContain(undefined);
  });

  test("the given values are not changed", () => {
    const news = Object.freeze({ serverId: 1, triggers: Object.freeze([1]), __resource: "web" });
    expect(() => check(news, Object.freeze({ name: "web-0000000" }))).not.toThrow();
  });
});

describe("the automatic name", () => {
  test.each([
    [0, "web-0000000"],
    [0.5, "web-8000000"],
    [0.123456789, "web-1f9add3"],
    [1 - 2 ** -53, "web-fffffff"],
  ])("of random %d is %s", (random, name) => {
    expect(check({ serverId: 1, __resource: "web" }, {}, random).inputs).toMatchObject({
      name,
      __autoName: "web",
    });
  });

  test("is stable over updates", () => {
    const first = check({ serverId: 1, __resource: "web" }, {}, 0.1).inputs;
    const second = check({ serverId: 1, __resource: "web", waitForCompletion: false }, first, 0.9).inputs;
    expect(second).toMatchObject({ name: first["name"], __autoName: "web", waitForCompletion: false });
  });

  test("is fresh where there is nothing old, as for each replacement", () => {
    const names = [0.1, 0.9].map(
      (random) => check({ serverId: 1, __resource: "web" }, {}, random).inputs["name"],
    );
    expect(new Set(names).size).toBe(2);
  });

  test.each([[undefined], [""], [5], [UNKNOWN]])("an old name %p is not taken over", (name) => {
    expect(check({ serverId: 1, __resource: "web" }, { name }).inputs["name"]).toBe("web-8000000");
  });

  test("a name that exists stays, whatever characters it was made with", () => {
    const adopted = { name: "Golden image (do not delete)", __claim: "1" };
    expect(check({ serverId: 1, __resource: "web" }, adopted).inputs["name"]).toBe(adopted.name);
    expect(check({ serverId: 1, name: adopted.name }, adopted).failures).toEqual([]);
  });

  test("a name of the user's wins over the old automatic one", () => {
    const inputs = check({ ...good, name: "mine" }, { name: "web-8000000", __autoName: "web" }).inputs;
    expect(inputs).toMatchObject({ name: "mine" });
    expect(inputs).not.toHaveProperty("__autoName");
  });

  test("null is no name", () => {
    expect(check({ ...good, name: null }).inputs["name"]).toBe("web-8000000");
  });

  test.each([
    ["web server/1", "web-server-1"],
    ["web.1", "web-1"],
    ["a::b", "a-b"],
    ["under_score-9", "under_score-9"],
    ["zürich", "z-rich"],
    ["", "snapshot"],
    [undefined, "snapshot"],
    [5, "snapshot"],
  ])("of resource %j begins with %s", (resource, prefix) => {
    const name = check({ serverId: 1, __resource: resource }).inputs["name"];
    expect(name).toBe(`${prefix}-8000000`);
    expect(isName(name)).toBe(true);
  });

  test("of a resource without one usable character is still a word", () => {
    expect(check({ serverId: 1, __resource: "東京" }).inputs["name"]).toBe("snapshot-8000000");
  });
});

describe('with ignoreChanges: ["*"] the engine gives the old inputs for the new ones, and', () => {
  test("a snapshot stays as it is, also one with a name of its own", () => {
    for (const news of [good, { serverId: 12345, triggers: ["v1"] }]) {
      const olds = { ...check(news).inputs, __provider: "p" };
      const { __provider: _provider, ...inputs } = olds;
      expect(check(olds, olds)).toEqual({ inputs, failures: [] });
    }
  });

  test("a rotation keeps its ring", () => {
    const asked = { serverId: 12345, keep: 2, adopt: ["801"], __resource: "rel", __protects: true };
    const { inputs } = checkRotation({}, asked, context());
    expect(checkRotation({ ...inputs }, { ...inputs }, context(0.25))).toEqual({ inputs, failures: [] });
  });

  test("what the program gives itself is refused all the same", () => {
    const olds = check(good).inputs;
    expect(check({ ...good, __autoName: "web" }, olds).failures).toHaveLength(1);
  });
});
