/**
 * Puts the parts together: settings in, a client of Graph out. Commands load this file when their
 * settings are right, so that a fault in them is told before anything else is loaded.
 *
 * @module
 */

import type { Settings } from "./config.ts";
import { loadCredential } from "./credential.ts";
import { GraphClient } from "./graph.ts";
import { HttpClient, type HttpOptions } from "./http.ts";
import type { Log } from "./log.ts";
import { requireNet } from "./permissions.ts";
import { type TokenOptions, TokenSource } from "./token.ts";

/**
 * Makes a client of Graph. Nothing is sent yet.
 *
 * @param settings Whose data, and how the app proves who it is.
 * @param options Bounds of the requests, and the world to run in.
 * @returns The client.
 * @throws {ToolError} `config` when the credential cannot be used; `permission` when Deno does not
 * allow the hosts of the settings.
 *
 * @example
 * ```ts ignore
 * const log = new Log(console.error);
 * const settings = await loadSettings({ configFile: "parameters.json", log });
 * const graph = await openSession(settings, { log });
 * const users = await graph.request({ url: settings.endpoints[0] });
 * ```
 */
export async function openSession(
  settings: Settings,
  options: HttpOptions & Pick<TokenOptions, "cae"> & { log: Log },
): Promise<GraphClient> {
  requireNet([settings.authority.url, settings.origin]);
  const { log, cae, now } = options;
  const credential = await loadCredential(settings.credential, { log, now });
  const http = new HttpClient(options);
  const tokens = new TokenSource({ settings, credential, http, log, cae, now });
  return new GraphClient({ settings, tokens, http, now });
}
