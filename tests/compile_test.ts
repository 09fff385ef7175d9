/**
 * The compiled binary: made by the compile task's own command, it passes the black-box tests that
 * main.ts passes.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";

import { BINARY } from "./support/program.ts";

const ROOT = `${import.meta.dirname}/..`;

/** A download that hangs must not hang the tests. */
const TIMEOUT_MS = 300_000;

const SUITES = [
  ...["bad_call", "bad_service", "bad_settings", "faults_broken", "faults_busy", "faults_paging"],
  ...["main", "main_download", "main_end", "main_kill", "main_output", "main_output_file"],
  ...["main_request", "main_terminal", "documents", "walk"],
].map((name) => `tests/${name}_test.ts`);

interface Output {
  code: number;
  text: string;
}

async function deno(args: string[], env: Record<string, string> = {}): Promise<Output> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, text: text.decode(stdout) + text.decode(stderr) };
}

/** Says loudly what was not tested. */
async function tell(message: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`\n${message}\n`));
}

/** Runs the command of `deno task compile`, with another output and loopback allowed. */
async function compile(output: string): Promise<Output> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const command = tasks.compile.command.replace("dist/graph-daemon", output);
  ok(command.includes(output));
  const env = { COMPILE_FLAGS: "--allow-net=127.0.0.1,localhost" };
  return await deno(["task", "-q", "--eval", command], env);
}

Deno.test({
  name: "the compiled binary passes the black-box tests",
  ignore: BINARY !== undefined,
}, async () => {
  const folder = await Deno.makeTempDir();
  const binary = `${folder}/graph-daemon`;
  const compiled = await compile(binary);
  if (compiled.code !== 0 && /download|denort|sending request/i.test(compiled.text)) {
    await tell(
      "SKIPPED: the compiled binary was NOT tested, since deno compile could not get its base binary " +
        `(set DENORT_BIN to one):\n${compiled.text}`,
    );
  } else {
    strictEqual(compiled.code, 0, compiled.text);
    const bytes = new TextDecoder("latin1").decode(await Deno.readFile(binary));
    ok(!bytes.includes(await Deno.realPath(ROOT)), "the binary holds the build's path");
    const tested = await deno([
      "task",
      "-q",
      "--eval",
      `deno test -P $FLAGS ${SUITES.join(" ")}`,
    ], {
      PROGRAM_UNDER_TEST: binary,
      FLAGS: Deno.env.get("IMPORT_FLAGS") ?? "",
    });
    strictEqual(tested.code, 0, tested.text);
    for (const line of tested.text.split("\n")) if (line.startsWith("SKIPPED")) await tell(line);
  }
  await Deno.remove(folder, { recursive: true });
});
