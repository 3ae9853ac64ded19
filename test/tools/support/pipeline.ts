import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import {
  convertWorkflowTemplate,
  isString,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import type { MappingToken, TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import type { Step, WorkflowJob } from "@actions/workflow-parser/model/workflow-template";
import { load } from "js-yaml";
import type { Finished, Project } from "./project";

/** What came of a job: the names of what was run in it, and whether it ended green. */
export interface JobEnd {
  readonly ran: readonly string[];
  readonly code: number;
  readonly output: string;
}

export type Context = Readonly<Record<string, unknown>>;
type Variables = Readonly<Record<string, string>>;

/** Runs shell as both services do: each command counts, and a pipe ends as the first of its commands that fails. */
async function bash(project: Project, text: string, env: Variables): Promise<Finished> {
  const before = { ...project.env };
  writeFileSync(join(project.dir, "step.sh"), text);
  writeFileSync(join(project.dir, "run.sh"), "exec bash --noprofile --norc -eo pipefail step.sh\n");
  Object.assign(project.env, env);
  try {
    return await project.shell("run.sh");
  } finally {
    for (const name of Object.keys(env)) Reflect.deleteProperty(project.env, name);
    Object.assign(project.env, before);
  }
}

/** A workflow of GitHub Actions, read and checked by GitHub's own parser. */
export class Workflow {
  private constructor(
    private readonly env: TemplateToken | undefined,
    readonly jobs: readonly WorkflowJob[],
    readonly errors: readonly string[],
  ) {}

  static async read(content: string): Promise<Workflow> {
    const { context, value } = parseWorkflow({ name: "release.yml", content }, new NoOperationTraceWriter());
    const template = value && (await convertWorkflowTemplate(context, value));
    const errors = [...context.errors.getErrors().map(({ message }) => message)];
    return new Workflow(template?.env, template?.jobs ?? [], errors);
  }

  /** The jobs that an event starts. */
  startedBy(contexts: Context): string[] {
    const isStarted = (job: WorkflowJob) => evaluate(job.if.expression, contexts, {}) === "true";
    return this.jobs.filter(isStarted).map(({ id }) => id.value);
  }

  /** The steps of a job that run after steps with these outcomes. */
  stepsAfter(name: string, outcomes: Variables, contexts: Context = {}): string[] {
    const steps = Object.fromEntries(Object.entries(outcomes).map(([id, outcome]) => [id, { outcome }]));
    const failed = Object.values(outcomes).includes("failure");
    const cancelled = Object.values(outcomes).includes("cancelled");
    const state = { failed, cancelled };
    return this.stepsOf(name)
      .filter((step) => !(step.id in outcomes))
      .filter((step) => evaluate(step.if?.expression ?? "", { ...contexts, steps }, state) === "true")
      .map(title);
  }

  /** Runs the steps of a job that are shell, in their order; actions count as done. */
  async run(project: Project, name: string, contexts: Context): Promise<JobEnd> {
    const steps: Record<string, { outcome: string; outputs: Variables }> = {};
    const [ran, failed]: [string[], string[]] = [[], []];
    let output = "";
    for (const step of this.stepsOf(name)) {
      const now = { ...contexts, steps };
      const isFailed = { failed: failed.length > 0 };
      if (evaluate(step.if?.expression ?? "", now, isFailed) !== "true" || !("run" in step)) continue;
      const [outputs, summary] = [join(project.dir, "outputs"), join(project.dir, "summary")];
      writeFileSync(outputs, "");
      const given = { GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: summary, GITHUB_SHA: sha(contexts) };
      const env = { ...given, ...values(this.env, now), ...values(step.env, now) };
      const done = await bash(project, shellOf(step), env);
      ran.push(title(step));
      output += done.output;
      steps[step.id] = { outcome: done.code === 0 ? "success" : "failure", outputs: pairs(outputs) };
      if (done.code !== 0) failed.push(title(step));
    }
    return { ran, code: failed.length === 0 ? 0 : 1, output };
  }

  /** The shell of a step. */
  textOf(name: string, step: string): string {
    const found = this.stepsOf(name).find((each) => title(each) === step);
    if (found === undefined || !("run" in found)) throw new Error(`there is no step ${step} in ${name}`);
    return shellOf(found);
  }

  private stepsOf(name: string): (Step & { readonly env?: MappingToken })[] {
    const job = this.jobs.find(({ id }) => id.value === name);
    if (job?.type !== "job") throw new Error(`there is no job ${name}`);
    return job.steps;
  }
}

/** An expression in shell would let the title of a pull request be run: it is refused. */
const shellOf = (step: Extract<Step, { readonly run: unknown }>): string =>
  step.run.assertString("shell without expressions").value;

const title = (step: Step): string =>
  step.name?.toString() ?? ("run" in step ? step.run.toString() : step.id);

const sha = (contexts: Context): string => String((contexts["github"] as Context)["sha"]);

const pairs = (file: string): Variables =>
  Object.fromEntries(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

function values(mapping: TemplateToken | undefined, contexts: Context): Variables {
  if (mapping === undefined) return {};
  const entries = [...mapping.assertMapping("env")].map(({ key, value }): [string, string] => {
    if (isString(value)) return [key.toString(), value.value];
    const { expression } = value as TemplateToken & { readonly expression: string };
    return [key.toString(), evaluate(expression, contexts, {})];
  });
  return Object.fromEntries(entries);
}

/** By GitHub's own evaluator; what a context lacks is empty, as there. */
function evaluate(
  expression: string,
  contexts: Context,
  { failed = false, cancelled = false }: { failed?: boolean; cancelled?: boolean },
): string {
  const status = { success: !failed && !cancelled, failure: failed && !cancelled, cancelled, always: true };
  const functions = Object.entries(status).map(([name, value]) => ({
    ...{ name, minArgs: 0, maxArgs: 0 },
    call: () => new data.BooleanData(value),
  }));
  const given = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  return new Evaluator(parsed, given, new Map(functions.map((each) => [each.name, each])))
    .evaluate()
    .coerceString();
}

interface GitlabFile {
  readonly variables: Variables;
  readonly default: { readonly before_script: readonly string[] };
  readonly [job: string]: unknown;
}

/** The script of a job of GitLab CI, after that of all jobs. */
export function gitlabScript(content: string, name: string): string {
  const file = load(content) as GitlabFile;
  const { script } = file[name] as { readonly script: readonly string[] };
  return [...file.default.before_script, ...script].join("\n");
}

/** Runs it, in one shell. */
export async function runGitlabJob(
  project: Project,
  content: string,
  name: string,
  variables: Variables,
): Promise<JobEnd> {
  const env = { ...(load(content) as GitlabFile).variables, ...variables };
  const { code, output } = await bash(project, gitlabScript(content, name), env);
  return { ran: [name], code: code === 0 ? 0 : 1, output };
}
