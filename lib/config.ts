/**
 * Joins the settings from flags, environment, `.env` and config file into one checked whole.
 *
 * @module
 */

import {
  type Authority,
  type Cloud,
  CLOUDS,
  cloudsOf,
  readAuthority,
  readHttpsUrl,
  readOidcAuthority,
  readTenant,
} from "./cloud.ts";
import { readConfigFile } from "./config_file.ts";
import { type CredentialSettings, pickCredential } from "./credential_settings.ts";
import { defaultEndpoint, readConfiguredEndpoint, readEndpoint } from "./endpoint.ts";
import { isFile, warnIfReadableByOthers } from "./files.ts";
import type { Log } from "./log.ts";
import { type SettingName, SETTINGS } from "./settings_table.ts";
import { type Entry, type Fault, type Source, sourceOf, Sources } from "./sources.ts";

/** All that is needed to get a token and call Graph, checked. */
export interface Settings {
  /** Who issues the token. */
  authority: Authority;
  /** The cloud of the app. */
  cloud: Cloud;
  /** The app. */
  clientId: string;
  /** How the app proves who it is. */
  credential: CredentialSettings;
  /** What the token is for. */
  scopes: string[];
  /** The only origin that gets the token. */
  origin: string;
  /** The URLs to call, all on the origin. */
  endpoints: URL[];
}

/** Where settings come from. */
export interface SettingsInput {
  /** Values of flags, by name without dashes. */
  flags?: Readonly<Record<string, string | string[] | undefined>>;
  /** The endpoints named on the command line. */
  endpoints?: readonly string[];
  /** The config file named on the command line. */
  configFile?: string;
  /** The file that stands in for `.env`; unlike `.env` it must exist. */
  envFile?: string;
  /** The process environment. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Takes warnings, and the notice that the environment overrides the config file. */
  log: Log;
}

/**
 * Reads all sources and joins them: flags beat the environment, which beats `.env`, which beats the
 * config file.
 *
 * @param input The sources.
 * @returns The settings.
 * @throws {ToolError} `config` with every fault found, or when a file cannot be read.
 */
export async function loadSettings(input: SettingsInput): Promise<Settings> {
  const flags = sourceOf("the command line", input.flags ?? {}, { kind: "flag" });
  const environment = sourceOf("the environment", input.env ?? {}, { kind: "env" });
  const [envFile, { source: configFile, faults }] = await Promise.all([
    envFileOf(input),
    configFileOf(input),
  ]);
  for (const source of [envFile, configFile]) {
    const { secret, certificate_password: password } = source.entries;
    if (secret || password) await warnIfReadableByOthers(source.name, input.log);
  }
  noticeOverrides([environment, envFile], configFile, input.log);
  return join(
    new Sources([flags, environment, envFile, configFile], faults),
    input.endpoints ?? [],
  );
}

const NOTHING: Source = { name: "nothing", entries: {} };

/** The parser of `.env` is loaded only where there is such a file. */
async function envFileOf({ envFile, log }: SettingsInput): Promise<Source> {
  if (envFile === undefined && !await isFile(".env")) return NOTHING;
  const { readEnvFile } = await import("./env_file.ts");
  return await readEnvFile(envFile ?? ".env", log);
}

async function configFileOf(
  { configFile }: SettingsInput,
): Promise<{ source: Source; faults: Fault[] }> {
  if (configFile === undefined) return { source: NOTHING, faults: [] };
  return await readConfigFile(configFile);
}

/** Settings of one row replace each other; every other setting replaces itself alone. */
const RIVALS: readonly (readonly SettingName[])[] = [
  ["authority", "oidc_authority", "tenant_id", "authority_host"],
  ["secret", "secret_file", "certificate_file", "private_key_file", "thumbprint"],
];

/** Host and tenant of an authority, or the one of them that is given. */
function partsOf(value: string | string[]): string[] {
  return String(value).toLowerCase().replace(/^https:\/\//, "").split("/");
}

function noticeOverrides(environments: Source[], file: Source, log: Log): void {
  for (const { name, entries } of environments) {
    const keys = Object.values(entries).filter(({ setting, value }) => {
      const rivals = RIVALS.find((row) => row.includes(setting)) ?? [setting];
      const inFile = rivals.flatMap((rival) => file.entries[rival] ?? []);
      const isSame = ({ value: other }: Entry) =>
        String(other) === String(value) ||
        (rivals === RIVALS[0] && partsOf(other).includes(partsOf(value)[0]));
      return inFile.length > 0 && !inFile.some(isSame);
    }).map(({ key }) => key);
    if (keys.length > 0) log.notice(`${keys.join(", ")} of ${name} overrides "${file.name}"`);
  }
}

function join(sources: Sources, named: readonly string[]): Settings {
  const clientId = sources.pick("client_id");
  if (clientId === undefined) {
    const { env, flag, wanted } = SETTINGS.client_id;
    missing(sources, { key: `"client_id", ${env} or --${flag}`, wanted });
  }
  const authority = pickAuthority(sources);
  const cloud = pickCloud(sources, authority);
  const scopes = [sources.pick("scope")?.value ?? `${cloud.graph}/.default`].flat();
  const credential = pickCredential(sources);
  const endpoint = pickEndpoint(sources, { cloud, scopes });
  const endpoints = endpoint && readEndpoints(sources, endpoint, named);
  const error = sources.error();
  if (error !== undefined) throw error;
  if (!clientId || !authority || !credential || !endpoints) {
    throw new TypeError("Cannot join the settings: one is missing, and no fault tells of it");
  }
  const { origin } = endpoints[0];
  return {
    authority,
    cloud,
    clientId: String(clientId.value),
    credential,
    scopes,
    origin,
    endpoints,
  };
}

function missing(sources: Sources, { key, wanted }: { key: string; wanted: string }): void {
  sources.fault({ source: "all sources", key, found: "nothing", wanted });
}

/** A tenant or a host of its own replaces that part of the file's authority. */
function pickAuthority(sources: Sources): Authority | undefined {
  const authority = sources.pick("authority");
  const oidcAuthority = sources.pick("oidc_authority");
  const tenant = sources.pick("tenant_id");
  const host = sources.pick("authority_host");
  if (authority !== undefined && oidcAuthority !== undefined) {
    const key = '"authority" and "oidc_authority"';
    const wanted = "one of them, and null for the other";
    sources.fault({ source: authority.source, key, found: "both", wanted });
    return undefined;
  }
  if (oidcAuthority !== undefined) {
    const rival = tenant ?? host;
    // The credential of one authority is not sent to another, as precedence alone would have it.
    return rival === undefined
      ? sources.check(oidcAuthority, readOidcAuthority(String(oidcAuthority.value)))
      : sources.check<Authority>(oidcAuthority, `it beside ${rival.key} of ${rival.source}`);
  }
  const base = authority && sources.check(authority, readAuthority(String(authority.value)));
  if (authority !== undefined && base === undefined) return undefined;
  if (
    tenant !== undefined && tenant.source === authority?.source && tenant.value !== base?.tenant
  ) {
    return sources.check<Authority>(tenant, 'another tenant than in "authority"');
  }
  if (tenant === undefined && (base === undefined || host === undefined)) {
    if (base !== undefined) return base;
    const { env, flag, wanted } = SETTINGS.tenant_id;
    missing(sources, { key: `"authority" or "tenant_id", ${env} or --${flag}`, wanted });
    return undefined;
  }
  if (tenant !== undefined && readTenant(String(tenant.value)) === undefined) {
    return sources.check<Authority>(tenant, "neither an ID nor a domain of one tenant");
  }
  const url = host && sources.check(host, readHttpsUrl(String(host.value)));
  if (host !== undefined && url === undefined) return undefined;
  const origin = url?.origin ?? base?.origin ?? namedCloud(sources)?.authority ??
    CLOUDS[0].authority;
  const joined = readAuthority(`${origin}/${tenant?.value ?? base?.tenant}`);
  return tenant === undefined ? joined as Authority : sources.check(tenant, joined);
}

function namedCloud(sources: Sources): Cloud | undefined {
  const name = sources.pick("cloud")?.value;
  return CLOUDS.find((cloud) => cloud.name === name);
}

/** Unless it is named, the cloud is told by the authority's host, then by scope and endpoint. */
function pickCloud(sources: Sources, authority: Authority | undefined): Cloud {
  const candidates = authority === undefined ? [] : cloudsOf(authority.origin);
  const entry = sources.pick("cloud");
  const cloud = entry && sources.check(entry, namedCloud(sources) ?? `"${entry.value}"`);
  if (entry !== undefined && cloud !== undefined) {
    const isOther = candidates.length > 0 && !candidates.includes(cloud);
    if (isOther) sources.check(entry, `"${cloud.name}", but the authority ${authority?.origin}`);
    return cloud;
  }
  const texts = [sources.pick("scope"), sources.pick("endpoint")].flatMap((it) => it?.value ?? []);
  const isMeant = ({ graph }: Cloud) => texts.some((text) => text.startsWith(graph));
  return (candidates.length > 0 ? candidates : CLOUDS).find(isMeant) ?? candidates[0] ?? CLOUDS[0];
}

function pickEndpoint(
  sources: Sources,
  { cloud: { graph }, scopes }: { cloud: Cloud; scopes: string[] },
): URL | undefined {
  const entry = sources.pick("endpoint");
  if (entry === undefined) return defaultEndpoint(graph);
  return sources.check(entry, readConfiguredEndpoint(String(entry.value), { graph, scopes }));
}

function readEndpoints(sources: Sources, configured: URL, named: readonly string[]): URL[] {
  if (named.length === 0) return [configured];
  const { origin } = configured;
  return named.flatMap((text) => {
    const url = readEndpoint(text, origin);
    if (typeof url !== "string") return [url];
    const wanted = `a path such as /users, or a URL below ${origin}`;
    sources.fault({ source: "the command line", key: "ENDPOINT", found: url, wanted });
    return [];
  });
}
