#!/usr/bin/env -S deno run -q -P
/**
 * graph-daemon's entry: reads the arguments, hands the world in, prints, exits.
 *
 * @module
 */

import { parseCommandLine } from "./lib/command_line.ts";
import { EXIT_CODES, ToolError } from "./lib/errors.ts";
import { Log } from "./lib/log.ts";
import { permissionError, requireEnv } from "./lib/permissions.ts";
import { VARIABLES } from "./lib/settings_table.ts";

const encoder = new TextEncoder();

/** `Deno.stdout.writable` would do this, too, and make `--help` a tenth slower. */
async function print(text: string): Promise<void> {
  let rest = encoder.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(await Deno.stdout.write(rest));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    const state = error instanceof Error ? error.message : String(error);
    throw new ToolError("config", `Cannot write to stdout: ${state}; what came is not whole`);
  }
}

function writeMessage(line: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(`${line}\n`));
  } catch {
    // Nobody reads the messages; the exit code still tells.
  }
}

async function main(args: string[]): Promise<number> {
  const { line, error } = parseCommandLine(args);
  const log = new Log(writeMessage, line.log);
  try {
    if (line.help || line.version) {
      const { MANUAL, VERSION } = await import("./lib/manual.ts");
      await print(line.help ? MANUAL : `graph-daemon ${VERSION} (Deno ${Deno.version.deno})\n`);
      return 0;
    }
    if (error !== undefined) throw error;
    requireEnv(VARIABLES);
    const env = Object.fromEntries(VARIABLES.map((name) => [name, Deno.env.get(name)]));
    const { request } = await import("./lib/commands/request.ts");
    await request(line, { env, log, print });
    return 0;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    const isDenied = error instanceof Deno.errors.NotCapable;
    const failure = isDenied ? permissionError(`Cannot go on, ${error.message}`) : error;
    log.failure(failure);
    return failure instanceof ToolError ? EXIT_CODES[failure.code] : 1;
  }
}

Deno.exit(await main(Deno.args));
