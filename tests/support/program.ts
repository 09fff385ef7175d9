/**
 * Runs graph-daemon as its users do: as a child process, from an empty folder, with nothing in its
 * environment but what the test gives.
 *
 * @module
 */

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

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** A compiled binary to test in place of main.ts. */
export const BINARY: string | undefined = Deno.env.get("PROGRAM_UNDER_TEST");

/** The flags that imports.ts printed; the tasks hand them on. */
export const IMPORT_FLAGS: string[] = Deno.env.get("IMPORT_FLAGS")?.split(/\s+/).filter(Boolean) ??
  [];

/** What the tests allow beyond the permission set. */
const LOOPBACK = ["-P", "--allow-net=127.0.0.1,localhost"];

const PASSED_ON = ["PATH", "HOME", "DENO_DIR", "DENO_COVERAGE_DIR", "SystemRoot", "LOCALAPPDATA"];

/** Gives the command that runs the program. */
export function programCommand(
  args: string[],
  { env = {}, cwd, denoFlags = LOOPBACK }: RunOptions = {},
): Deno.Command {
  const passedOn = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const [command, ...first] = BINARY === undefined
    ? [Deno.execPath(), "run", "-q", ...denoFlags, ...IMPORT_FLAGS, MAIN]
    : [BINARY];
  return new Deno.Command(command, {
    args: [...first, ...args],
    cwd,
    clearEnv: true,
    env: { ...passedOn, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs the program to its end. */
export async function run(args: string[], options: RunOptions = {}): Promise<RunResult> {
  const { code, stdout, stderr } = await programCommand(args, options).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
