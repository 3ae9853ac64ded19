// The provider: things in the JSON file $REMOTE, each `{ id: props }`, and a journal of every call beside it.
const fs = require("node:fs");

const remote = () => process.env.REMOTE;
const load = () => JSON.parse(fs.readFileSync(remote(), "utf8"));
const save = (things) => fs.writeFileSync(remote(), JSON.stringify(things, null, 1));
const journal = (...words) => fs.appendFileSync(`${remote()}.log`, `${words.join(" ")}\n`);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function outputs(id, inputs) {
  const { __provider, ...rest } = inputs;
  return { ...rest, serial: Number(id.replace(/\D/g, "")), upper: String(rest.value ?? "").toUpperCase() };
}

function partial(id, inputs) {
  const error = new Error(`thing ${id} is not ready`);
  return Object.assign(error, {
    id,
    properties: { ...inputs, ...outputs(id, inputs) },
    reasons: [`thing ${id} did not become ready`],
  });
}

exports.configure = async (req) => {
  fs.appendFileSync(`${remote()}.pids`, `${process.pid}\n`);
  exports.configured = { token: req.config.get("token"), mark: req.config.get("files:mark") };
  journal("configure", JSON.stringify(exports.configured));
};

exports.check = async (olds, news) => {
  journal(
    "check",
    news.name,
    Object.keys(olds)
      .filter((key) => key !== "__provider")
      .sort()
      .join(","),
  );
  if (news.value === "crash") throw new Error("check crashed");
  const failures = [];
  if (news.value === "bad") failures.push({ property: "value", reason: "must not be bad" });
  if (news.size !== undefined && news.size > 9) failures.push({ property: "size", reason: "at most 9" });
  return { inputs: news, failures };
};

exports.diff = async (id, olds, news) => {
  journal("diff", id);
  if (news.value === "diffcrash") throw new Error("diff crashed");
  const changed = ["name", "value", "size", "fixed", "exclusive", "secret", "tags"].filter(
    (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
  );
  const replaces = changed.filter((key) => key === "fixed" || key === "exclusive");
  return {
    changes: changed.length > 0,
    replaces,
    deleteBeforeReplace: changed.includes("exclusive"),
  };
};

exports.create = async (inputs) => {
  if (inputs.wait) {
    journal("creating", inputs.name);
    await sleep(inputs.wait);
  }
  if (inputs.value === "log") (console.log("a line of the host"), console.error("another line of the host"));
  if (inputs.value === "refused") throw new Error("the remote refused it");
  const things = load();
  const id = `t${(things.next ?? 0) + 1}`;
  const { __provider, ...props } = inputs;
  save({ ...things, next: (things.next ?? 0) + 1, [id]: props });
  journal("create", id, inputs.name);
  if (inputs.value === "half") throw partial(id, inputs);
  return { id, outs: outputs(id, inputs) };
};

exports.update = async (id, olds, news) => {
  const { __provider, ...props } = news;
  if (news.value === "refused") throw new Error("the remote refused it");
  save({ ...load(), [id]: props });
  journal("update", id, news.name);
  return { outs: outputs(id, news) };
};

exports.read = async (id, props) => {
  journal("read", id);
  const found = load()[id];
  return found === undefined ? {} : { id, props: outputs(id, found) };
};

exports.delete = async (id) => {
  const { [id]: gone, ...rest } = load();
  if (gone?.value === "stuck") throw new Error("the remote will not let it go");
  save(rest);
  journal("delete", id);
};
