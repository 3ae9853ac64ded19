import { startEmulator } from "../emulator";
import { Project } from "../support/project";
import { indented } from "./indented";
import { runDemo } from "./steps";

/**
 * `npm run demo`: the job as a user does it, on the Pulumi command line of this machine or, where there is none,
 * on the offline engine. It ends with exit code 0 only if the server's state is what each step promised.
 */
async function main(): Promise<void> {
  const token = "demo-token-of-the-emulator";
  const emulator = await startEmulator({ token, speed: 120 });
  const project = new Project({
    example: "basic",
    onOutput: indented((text) => void process.stdout.write(text)),
    env: { VPSORG_ENDPOINT: emulator.endpoint, VPSORG_TOKEN: token, VPSORG_POLL_INTERVAL_SECONDS: "0.25" },
  });
  try {
    await runDemo(project, emulator);
    console.log("\nDone: every step left the server in the state that it said.");
  } finally {
    project.remove();
    await emulator.close();
  }
}

main().catch((error: unknown) => {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
