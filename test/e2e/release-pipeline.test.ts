import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../tools/emulator";
import type { Emulator } from "../tools/emulator";
import { CANARY } from "../tools/support/account";
import { putProgramsOnPath } from "../tools/support/blocks";
import { gitlabScript, runGitlabJob, Workflow } from "../tools/support/pipeline";
import type { JobEnd } from "../tools/support/pipeline";
import { Project, ROOT } from "../tools/support/project";

jest.setTimeout(120_000);

/** From the store of the service; README.md names them. */
const SECRETS = ["VPSORG_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"];
const read = (file: string): string => readFileSync(join(ROOT, "examples", "release-pipeline", file), "utf8");
const [GITHUB, GITLAB] = [read("github-actions.yml"), read("gitlab-ci.yml")];

type Secrets = Readonly<Record<string, string>>;
type Job = (project: Project, secrets: Secrets) => Promise<JobEnd>;

/** The jobs of a pipeline file, as the service runs them. */
interface Service {
  readonly preview: Job;
  readonly deploy: (release: string) => Job;
  readonly drift: Job;
}

const github = {
  pullRequest: (head: string, actor = "somebody") => ({
    ...{ event_name: "pull_request", repository: "own/app", actor, sha: "merge", run_attempt: "1" },
    event: { pull_request: { head: { sha: "a1b2c3d", repo: { full_name: head } } } },
  }),
  push: (sha: string) => ({ event_name: "push", repository: "own/app", sha, run_attempt: "1" }),
  schedule: { event_name: "schedule", repository: "own/app", sha: "of-the-night" },
};

const runGithub =
  (job: string, event: object): Job =>
  async (project, secrets) =>
    (await Workflow.read(GITHUB)).run(project, job, { github: event, secrets });
const onGithub: Service = {
  preview: runGithub("preview", github.pullRequest("own/app")),
  deploy: (release) => runGithub("deploy", github.push(release)),
  drift: runGithub("drift", github.schedule),
};

const runGitlab =
  (job: string, variables: Readonly<Record<string, string>>): Job =>
  (project, secrets) =>
    runGitlabJob(project, GITLAB, job, { ...variables, ...secrets });
const onGitlab: Service = {
  preview: runGitlab("preview", { CI_COMMIT_SHA: "a1" }),
  deploy: (release) => runGitlab("deploy", { CI_COMMIT_SHA: release, CI_JOB_ID: "17" }),
  drift: runGitlab("drift", {}),
};

/** A repository with a stack, on a service that gives its jobs their secrets, and an emulated account. */
class Repository {
  private constructor(
    readonly emulator: Emulator,
    readonly project: Project,
    readonly secrets: Secrets,
  ) {}

  static async open(): Promise<Repository> {
    const emulator = await startEmulator({ token: CANARY, speed: 600 });
    const env = { VPSORG_ENDPOINT: emulator.endpoint, VPSORG_POLL_INTERVAL_SECONDS: "0.1" };
    const project = new Project({ example: "release-pipeline", env });
    await project.pulumi("stack", "init", "production");
    await project.pulumi("config", "set", "serverId", "12345");
    const given = { ...project.env, VPSORG_TOKEN: CANARY };
    // From here on only what its file gives to a job reaches a command.
    for (const name of SECRETS) Reflect.deleteProperty(project.env, name);
    putProgramsOnPath(project, {
      // What is deployed is the user's own; so is whether it is healthy.
      curl: 'env >> seen; echo "$*" >> asked; ! grep -q unhealthy deployed',
      // Not on every machine.
      timeout: 'shift; exec "$@"',
    });
    const deploy = '#!/bin/sh\nenv >> seen; echo "$1" >> deployed; case "$1" in broken*) exit 7;; esac\n';
    writeFileSync(join(project.dir, "deploy.sh"), deploy, { mode: 0o755 });
    const secrets = Object.fromEntries(SECRETS.map((name) => [name, Reflect.get(given, name) ?? ""]));
    return new Repository(emulator, project, secrets);
  }

  /** Runs a job, which has to end green or red, and must not tell its token. */
  async job(job: Job, code: number, other: Secrets = {}): Promise<string> {
    this.emulator.clearRequests();
    writeFileSync(join(this.project.dir, "deployed"), "");
    const end = await job(this.project, { ...this.secrets, ...other });
    expect([end.code, end.code === code ? "" : end.output]).toEqual([code, ""]);
    expect(end.output).not.toContain(CANARY);
    return end.output;
  }

  file(name: string): string {
    return readFileSync(join(this.project.dir, name), "utf8");
  }

  writes(): string[] {
    const changing = this.emulator.requests().filter(({ method }) => method !== "GET");
    return changing.map(({ method, path }) => `${method} ${path}`);
  }

  held(): string[] {
    return this.emulator.model.listSnapshots(12345).map(({ id }) => String(id));
  }

  async close(): Promise<void> {
    this.project.remove();
    await this.emulator.close();
  }
}

describe.each([
  ["GitHub Actions", onGithub, "unhealthy-2"],
  ["GitLab CI", onGitlab, "broken-2"],
])("examples/release-pipeline on %s", (name, service, bad) => {
  let repository: Repository;

  beforeAll(async () => (repository = await Repository.open()));

  afterAll(() => repository.close());

  it("shows at a pull request what a release will do, and does nothing", async () => {
    await repository.job(service.preview, 0);
    expect(repository.file("preview.txt")).toMatch(/\+ 2 to create/);
    expect(repository.writes()).toEqual([]);
  });

  it("takes a snapshot, and then deploys without any secret", async () => {
    const output = await repository.job(service.deploy("release-1"), 0);
    expect(output).toContain("npx --no-install pulumi-vpsorg restore 801 --server 12345");
    expect(repository.writes()).toEqual(["POST /snapshots/"]);
    const [snapshot] = repository.emulator.model.listSnapshots(12345);
    expect(snapshot?.description).toMatch(/^Before release release-1-/);
    expect(repository.file("deployed")).toBe("release-1\n");
    expect(repository.file("asked")).toMatch(/https:\/\/www\.example\.com\/health\n$/);
    const seen = repository.file("seen").match(/^\w+(?==.)/gm) ?? [];
    expect(seen).toContain("VPSORG_ENDPOINT");
    expect(seen.filter((variable) => SECRETS.includes(variable))).toEqual([]);
  });

  it(`goes back once to the newest snapshot, and ends red, after the release ${bad}`, async () => {
    await repository.job(service.deploy(bad), 1);
    expect(repository.file("deployed")).toBe(`${bad}\n`);
    expect(repository.writes()).toEqual(["POST /snapshots/", "POST /snapshots/802/restore/"]);
    // It has waited for the end.
    expect(repository.emulator.model.getServer(12345)).toMatchObject({ status: "active" });
    expect(repository.held().toSorted()).toEqual(["801", "802"]);
  });

  it("deploys nothing where the snapshot cannot be taken", async () => {
    await repository.job(service.deploy("release-3"), 1, { VPSORG_TOKEN: "revoked" });
    expect([repository.writes(), repository.file("deployed")]).toEqual([[], ""]);
  });

  // What follows is the same shell in both files: see below.
  if (name === "GitLab CI") return;

  it("is content at night, and asks for no snapshot", async () => {
    await repository.job(service.drift, 0);
    expect(repository.writes()).toEqual([]);
  });

  it("ends red at night where somebody has deleted a snapshot", async () => {
    repository.emulator.outside.deleteSnapshot(802);
    const output = await repository.job(service.drift, 1);
    expect(output).toContain("Snapshot 802 is not there any more. The next release takes another one.");
    expect(repository.writes()).toEqual([]);
  });

  it("has what it should again after the next release", async () => {
    await repository.job(service.deploy("release-3"), 0);
    expect(repository.writes()).toEqual(["POST /snapshots/"]);
    expect(repository.held().toSorted()).toEqual(["801", "803"]);
  });

  it("deploys nothing where the snapshot is of an earlier run of the same release", async () => {
    const output = await repository.job(service.deploy("release-3"), 1);
    expect(output).toMatch(/Snapshot 803 is of an earlier run of release release-3-1, and may be old/);
    expect([repository.writes(), repository.file("deployed")]).toEqual([[], ""]);
  });
});

it("runs the same commands on both, before it deploys and at night", async () => {
  const shell = (text: string): string[] =>
    text
      .split("\n")
      .filter((line) => !/^( *#.*|)$|GITHUB_OUTPUT|export RELEASE|stack select|^npm ci/.test(line));
  const workflow = await Workflow.read(GITHUB);
  const ofGithub = (job: string, step: string): string[] => shell(workflow.textOf(job, step));
  expect(shell(gitlabScript(GITLAB, "drift"))).toEqual(ofGithub("drift", "Compare with what is there"));
  const taken = ofGithub("deploy", "Take the snapshot");
  expect(shell(gitlabScript(GITLAB, "deploy")).slice(0, taken.length)).toEqual(taken);
});

describe("github-actions.yml", () => {
  it("is a workflow, as GitHub's own parser reads it", async () => {
    expect((await Workflow.read(GITHUB)).errors).toEqual([]);
    expect((await Workflow.read(GITHUB.replace("queue:", "order:"))).errors).toEqual([
      expect.stringContaining("Unexpected value 'order'"),
    ]);
  });

  it.each([
    ["a pull request", github.pullRequest("own/app"), ["preview"]],
    ["a pull request of a fork", github.pullRequest("fork/app"), []],
    ["one of Dependabot", github.pullRequest("own/app", "dependabot[bot]"), []],
    ["a push", github.push("a1"), ["deploy"]],
    ["the schedule", github.schedule, ["drift"]],
  ])("runs at %s what it should", async (_, event, jobs) => {
    expect((await Workflow.read(GITHUB)).startedBy({ github: event })).toEqual(jobs);
  });

  it.each([
    [{ snapshot: "failure" }, []],
    [{ snapshot: "success", deploy: "cancelled" }, []],
    [{ snapshot: "success", deploy: "failure" }, ["Go back"]],
    [{ snapshot: "success", deploy: "success", health: "failure" }, ["Go back"]],
    [{ snapshot: "success", deploy: "success", health: "success" }, []],
  ])("goes on after %j with %j", async (outcomes, steps) => {
    const after = (await Workflow.read(GITHUB)).stepsAfter("deploy", outcomes);
    expect(after.filter((name) => ["Deploy", "Check the health", "Go back"].includes(name))).toEqual(steps);
  });
});

describe("gitlab-ci.yml", () => {
  let project: Project;

  beforeAll(() => {
    project = new Project();
    putProgramsOnPath(project, { git: "exit 128" });
  });

  afterAll(() => project.remove());

  /** GitLab's own schema and the rules, as gitlab-ci-local has them. */
  async function jobsOf(text: string, variables: Readonly<Record<string, string>>) {
    writeFileSync(join(project.dir, ".gitlab-ci.yml"), text);
    const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
    const main = join(ROOT, "node_modules", "gitlab-ci-local", "dist", "index.js");
    const { code, stdout, output } = await project.node(main, "--list-json", "--home", "home", ...given);
    if (code !== 0) return output;
    const jobs = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as { name: string; when: string }[];
    return jobs.filter(({ when }) => when !== "never").map(({ name }) => name);
  }

  it("is refused with a keyword that GitLab does not know", async () => {
    expect(await jobsOf(GITLAB.replace("resource_group:", "resource_groups:"), {})).toContain(
      "'resource_groups' property is not expected to be here",
    );
  });

  const mergeRequest = { CI_PIPELINE_SOURCE: "merge_request_event", CI_MERGE_REQUEST_PROJECT_ID: "1" };
  const push = { CI_PIPELINE_SOURCE: "push", CI_DEFAULT_BRANCH: "main" };
  it.each([
    ["a merge request", { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "1" }, ["preview"]],
    ["a merge request of a fork", { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2" }, []],
    ["a push to the main branch", { ...push, CI_COMMIT_BRANCH: "main" }, ["deploy"]],
    ["the schedule", { CI_PIPELINE_SOURCE: "schedule" }, ["drift"]],
  ])("is what GitLab's schema says, and runs at %s what it should", async (_, variables, jobs) => {
    expect(await jobsOf(GITLAB, variables)).toEqual(jobs);
  });
});
