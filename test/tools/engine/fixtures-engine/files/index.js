// The program: what to declare is read from $PLAN, so one fixture serves every test.
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");

class Thing extends pulumi.CustomResource {
  constructor(name, args, opts) {
    const inputs = { serial: undefined, upper: undefined, ...args };
    const __provider = args.code ?? 'exports.handler=()=>require("./handler.js")';
    super("pulumi-nodejs:dynamic/files:Thing", name, { ...inputs, __provider }, opts);
  }
}

class Box extends pulumi.ComponentResource {
  constructor(name, opts) {
    super("files:index:Box", name, {}, opts);
  }
}

const plan = JSON.parse(fs.readFileSync(process.env.PLAN, "utf8"));
const made = {};
const secretly = (args) => ("secret" in args ? { ...args, secret: pulumi.secret(args.secret) } : args);
const resolve = (names) => [names ?? []].flat().map((name) => made[name]);

function options({ dependsOn, parent, ...rest } = {}) {
  return { ...rest, dependsOn: resolve(dependsOn), ...(parent ? { parent: made[parent] } : {}) };
}

for (const { name, box, get, from, fromFixed, args = {}, opts } of plan.things ?? []) {
  const wired = {
    ...args,
    ...(from && { value: made[from].upper }),
    ...(fromFixed && { fixed: made[fromFixed].serial }),
  };
  if (box) made[name] = new Box(name, options(opts));
  else if (get) made[name] = new Thing(name, {}, { ...options(opts), id: get });
  else made[name] = new Thing(name, { name, ...secretly(wired) }, options(opts));
}
for (const line of plan.print ?? []) console.log(line);
for (const line of plan.warn ?? []) pulumi.log.warn(line);
if (plan.exit) process.exit(plan.exit);
if (plan.invoke)
  pulumi.runtime.invoke(plan.invoke, {}).catch((error) => console.log(`refused: ${error.message}`));
if (plan.other) new pulumi.CustomResource(plan.other, "other", {});
if (plan.fail) throw new Error(plan.fail);
for (const [key, [thing, property]] of Object.entries(plan.outputs ?? {}))
  exports[key] = made[thing][property];
