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
  /** What is on its standard input; nothing unless given. */
  stdin?: string;
  /** Gives the words of the command that runs the program's command. */
  through?: (command: string[]) => string[];
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

/** Runs a command by a script of a shell, in which it is "$@". */
export function inShell(script: string): (command: string[]) => string[] {
  return (command) => ["sh", "-c", script, "sh", ...command];
}

/** Starts the program; a standard input that is to hold something is left open. */
export function start(
  args: string[],
  { env = {}, cwd, denoFlags, stdin, through = (command) => command }: RunOptions = {},
): Deno.ChildProcess {
  const passedOn = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const [program, ...rest] = through(programCommand(args, { denoFlags }));
  return new Deno.Command(program, {
    args: rest,
    cwd,
    clearEnv: true,
    env: { ...passedOn, NO_COLOR: "1", ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs the program to its end. */
export async function run(args: string[], options: RunOptions = {}): Promise<RunResult> {
  const child = start(args, options);
  // A program that does not read may have ended before.
  if (options.stdin) await new Response(options.stdin).body?.pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
