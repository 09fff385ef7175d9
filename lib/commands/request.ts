/**
 * The main job: calls Graph and delivers what it answers.
 *
 * @module
 */

import type { CommandLine } from "../command_line.ts";
import { loadSettings, type Settings } from "../config.ts";
import type { GraphClient, GraphRequest } from "../graph.ts";
import type { Log } from "../log.ts";
import { requireEnv } from "../permissions.ts";
import type { Terminal } from "../progress.ts";
import { isSafe } from "../retry.ts";
import { VARIABLES } from "../settings_table.ts";
import type { Sink } from "../sink.ts";

/** What a command gets of the world. */
export interface World {
  /** Reads a variable of the process environment. */
  env: (name: string) => string | undefined;
  /** Takes messages. */
  log: Log;
  /** Takes data. */
  stdout: Sink;
  /** Shows progress; `undefined` where messages go elsewhere than to a terminal. */
  terminal?: Terminal;
  /** Reads standard input to its end. */
  readStdin: () => Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the run; its reason is what is thrown. */
  signal: AbortSignal;
}

/**
 * Runs the command.
 *
 * @param line What the command line asks for.
 * @param world Where to read and write.
 * @throws {ToolError} Every code; see {@linkcode GraphClient.send}.
 */
export async function request(line: CommandLine, world: World): Promise<void> {
  const { configFile, endpoints, envFile, flags } = line;
  const { log } = world;
  requireEnv(VARIABLES);
  const env = Object.fromEntries(VARIABLES.map((name) => [name, world.env(name)]));
  const settings = await loadSettings({ flags, endpoints, configFile, envFile, env, log });
  const { makeRequests } = await import("../graph_request.ts");
  const requests = await makeRequests(settings.endpoints, line.request, world);
  if (line.dryRun) return await show(requests, world.stdout);
  const { file } = line.output;
  if (file === undefined || file === "-") return await run(line, world, { settings, requests });
  const { OutputFile } = await import("../output_file.ts");
  await using sink = await OutputFile.open(file);
  await run(line, { ...world, stdout: sink }, { settings, requests });
  await sink.commit();
}

async function show(requests: GraphRequest[], stdout: Sink): Promise<void> {
  const { curlCommand } = await import("../curl.ts");
  for (const request of requests) {
    const { method = "GET", url, headers = {}, body } = request;
    await stdout.write(`${curlCommand({ method, url: url.href, headers, body })}\n`);
  }
}

async function run(
  line: CommandLine,
  { log, stdout, terminal, signal }: World,
  { settings, requests }: { settings: Settings; requests: GraphRequest[] },
): Promise<void> {
  const { output, all, http, cae, log: { verbose, quiet, format } } = line;
  const { openSession } = await import("../session.ts");
  const graph: GraphClient = await openSession(settings, { ...http, cae, log, signal });
  const { Delivery } = await import("../delivery.ts");
  const isShown = !stdout.isTerminal && !verbose && !quiet && format === "text";
  const delivery = await Delivery.open({
    output,
    sink: stdout,
    log,
    terminal: isShown ? terminal : undefined,
  });
  for (const [index, request] of requests.entries()) {
    let isDone = false;
    try {
      if (all === undefined) {
        const onHead = output.include ? delivery.head.bind(delivery) : undefined;
        const response = await graph.send({ ...request, onHead });
        isDone = !isSafe(line.request.method);
        await delivery.answer(response, { graph, request });
      } else {
        const { readPages } = await import("../pages.ts");
        await delivery.pages(readPages(graph, request, all), request);
      }
    } catch (error) {
      throw delivery.explain(error, { left: requests.length - index - 1, isDone });
    }
  }
}
