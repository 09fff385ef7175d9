/**
 * Loads settings from a config file that a test gives.
 *
 * @module
 */

import { ok, rejects } from "node:assert/strict";

import { loadSettings, type Settings, type SettingsInput } from "../../lib/config.ts";
import { ToolError } from "../../lib/errors.ts";
import { Log } from "../../lib/log.ts";

/** Stands for a real one. */
export const TENANT = "6c1bada0-4944-497c-95c2-5bbaeaa88ccc";
/** Stands for a real one. */
export const CLIENT = "3122bdef-d615-4d3d-a59c-0d0edcc2a0a7";
/** Stands for a real one. */
export const THUMBPRINT = "A94A8FE5CCB19BA61C4C0873D391E987982FBBD3";
/** Stands for a real one. */
export const GRAPH = "https://graph.microsoft.com";

/** The quickstart's parameters.json with real values. */
export const QUICKSTART = {
  note: "configure either authority or oidc_authority",
  authority: `https://login.microsoftonline.com/${TENANT}`,
  oidc_authority: null,
  client_id: CLIENT,
  scope: [`${GRAPH}/.default`],
  secret: "s3cret",
  endpoint: `${GRAPH}/v1.0/users`,
};

/** The same app in the environment. */
export const ENV = {
  AZURE_TENANT_ID: TENANT,
  AZURE_CLIENT_ID: CLIENT,
  AZURE_CLIENT_SECRET: "from the environment",
};

/** What loading gave. */
export interface Loaded {
  settings: Settings;
  lines: string[];
}

/** Loads settings with a config file of this content, in a folder of its own. */
export async function load(config: unknown, input: Partial<SettingsInput> = {}): Promise<Loaded> {
  const folder = await Deno.makeTempDir();
  const lines: string[] = [];
  const configFile = config === undefined ? undefined : `${folder}/c.json`;
  if (configFile !== undefined) {
    const text = typeof config === "string" ? config : JSON.stringify(config);
    await Deno.writeTextFile(configFile, text, { mode: 0o600 });
  }
  try {
    const log = new Log((line) => lines.push(line.replaceAll(`${folder}/`, "")));
    return { settings: await loadSettings({ configFile, log, ...input }), lines };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Gives the faults of settings, each without the file's folder. */
export async function faultsOf(
  config: unknown,
  input: Partial<SettingsInput> = {},
): Promise<string[]> {
  let faults: string[] = [];
  await rejects(load(config, input), (error) => {
    ok(error instanceof ToolError && error.code === "config");
    const [, only] = /^Cannot use the settings: (.*)/.exec(error.message) ?? [];
    faults = (error.details.length > 0 ? error.details : [only ?? error.message])
      .map((line) => line.replace(/\/[^ ,"]*\/(?=c\.json)/g, ""));
    return true;
  });
  return faults;
}
