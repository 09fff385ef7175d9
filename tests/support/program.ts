/**
 * Runs graph-daemon as its users do: as a child process, from an empty folder, with nothing in its
 * environment but what the test gives.
 *
 * @module
 */

import { standInFlags } from "./stand_ins.ts";

/** How to run the program. */
export interface RunOptions {
  /** Environment; nothing of the test's own but what Deno needs to find its cache. */
  env?: Record<string, string>;
  /** Folder to run in. */
  cwd?: string;
  /** Flags for Deno instead of the permissions that tests need. */
  denoFlags?: string[];
}

/** What a run gave. */
export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

const MAIN = `${import.meta.dirname}/../../main.ts`;

/** A compiled binary to test in place of main.ts. */
export const BINARY: string | undefined = Deno.env.get("PROGRAM_UNDER_TEST");

/** The flags of Deno that stand in for JSR; the tasks tell whether it answers. */
export const IMPORT_FLAGS: string[] = Deno.env.get("IMPORT_FLAGS")
  ? standInFlags(String(import.meta.dirname))
  : [];

/** What the tests allow beyond the permission set. */
const LOOPBACK = ["-P", "--allow-net=127.0.0.1,localhost"];

/** What Deno needs to find its cache, and to leave the coverage of children beside the tests'. */
const PASSED_ON = ["PATH", "HOME", "DENO_DIR", "DENO_COVERAGE_DIR", "SystemRoot", "LOCALAPPDATA"];

/** Gives the words of the command that runs the program. */
export function programCommand(
  args: string[],
  { denoFlags = LOOPBACK }: Pick<RunOptions, "denoFlags"> = {},
): string[] {
  const program = BINARY === undefined
    ? [Deno.execPath(), "run", "-q", ...denoFlags, ...IMPORT_FLAGS, MAIN]
    : [BINARY];
  return [...program, ...args];
}

/** Starts the program, with nothing on its standard input. */
export function start(
  args: string[],
  { env = {}, cwd, denoFlags }: RunOptions = {},
): Deno.ChildProcess {
  const passedOn = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const [program, ...rest] = programCommand(args, { denoFlags });
  return new Deno.Command(program, {
    args: rest,
    cwd,
    clearEnv: true,
    env: { ...passedOn, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs the program to its end. */
export async function run(args: string[], options: RunOptions = {}): Promise<RunResult> {
  const { code, stdout, stderr } = await start(args, options).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
