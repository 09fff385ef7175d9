/**
 * The main job: calls Graph once and prints what it answers.
 *
 * @module
 */

import type { CommandLine } from "../command_line.ts";
import { loadSettings } from "../config.ts";
import type { Log } from "../log.ts";

/** What a command gets of the world. */
export interface World {
  /** The process environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Takes messages. */
  log: Log;
  /** Takes data. */
  print: (text: string) => Promise<void>;
}

/**
 * Runs the command.
 *
 * @param line What the command line asks for.
 * @param world Where to read and write.
 * @throws {ToolError} Every code; see {@linkcode GraphClient.request}.
 */
export async function request(line: CommandLine, { env, log, print }: World): Promise<void> {
  const { configFile, endpoint, envFile, flags, http } = line;
  const settings = await loadSettings({ flags, endpoint, configFile, envFile, env, log });
  const { openSession } = await import("../session.ts");
  const graph = await openSession(settings, { ...http, log });
  const value = await graph.request({ url: settings.endpoint });
  if (value === undefined) return;
  const { formatJson } = await import("../output.ts");
  await print(formatJson(value));
  if (Object(value)["@odata.nextLink"] !== undefined) {
    log.notice("This is the first page; the answer's @odata.nextLink leads to more");
  }
}
