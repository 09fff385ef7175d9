#!/usr/bin/env -S deno run -q -P --v8-flags=--max-semi-space-size=8
/**
 * graph-daemon's entry: reads the arguments, hands the world in, prints, exits.
 *
 * @module
 */

import { parseCommandLine } from "./lib/command_line.ts";
import { EXIT_CODES, ToolError } from "./lib/errors.ts";
import { Log } from "./lib/log.ts";
import { permissionError } from "./lib/permissions.ts";
import { readStandardInput, StandardOutput } from "./lib/standard_streams.ts";

const encoder = new TextEncoder();

/** What a shell's user presses, and what systemd, cron and runners send. */
const SIGNALS = { SIGINT: "interrupted", SIGTERM: "terminated" } as const;

/** So long may the end in order take. */
const GRACE_MS = 2_000;

function writeMessage(text: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(text));
  } catch {
    // Nobody reads the messages; the exit code still tells.
  }
}

/** Ends the run in order at a signal; at once at the second, or when something holds it up. */
function listen(log: Log): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  for (const [name, code] of Object.entries(SIGNALS)) {
    if (Deno.build.os === "windows" && name !== "SIGINT") continue;
    Deno.addSignalListener(name as keyof typeof SIGNALS, () => {
      if (signal.aborted) Deno.exit(EXIT_CODES[code]);
      const reason = new ToolError(code, `Cannot finish: ${name} came`);
      controller.abort(reason);
      setTimeout(() => {
        log.failure(reason);
        Deno.exit(EXIT_CODES[code]);
      }, GRACE_MS);
    });
  }
  return signal;
}

async function main(args: string[]): Promise<number> {
  const { line, error } = parseCommandLine(args);
  const log = new Log((text) => writeMessage(`${text}\n`), line.log);
  try {
    if (line.help || line.version) {
      const { MANUAL, VERSION } = await import("./lib/manual.ts");
      const version = `graph-daemon ${VERSION} (Deno ${Deno.version.deno})\n`;
      await new StandardOutput().write(line.help ? MANUAL : version);
      return 0;
    }
    if (error !== undefined) throw error;
    const { request } = await import("./lib/commands/request.ts");
    const signal = listen(log);
    const { stderr } = Deno;
    await request(line, {
      env: (name) => Deno.env.get(name),
      log,
      stdout: new StandardOutput(signal),
      terminal: stderr.isTerminal()
        ? { write: writeMessage, writable: stderr.writable }
        : undefined,
      readStdin: () => readStandardInput(signal),
      signal,
    });
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
