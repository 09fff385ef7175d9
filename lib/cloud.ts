/**
 * The clouds that Microsoft runs, and the authority (who issues tokens) that a URL names.
 *
 * @module
 */

/** One of Microsoft's clouds; tokens and apps of one are not valid in another. */
export interface Cloud {
  /** Name in the settings. */
  name: string;
  /** Origin of the authority. */
  authority: string;
  /** Other hosts of the same authority. */
  aliases: readonly string[];
  /** Origin of Microsoft Graph, and base of its default scope. */
  graph: string;
}

/** All clouds by name. Source: learn.microsoft.com/graph/deployments. */
export const CLOUDS: readonly Cloud[] = [
  {
    name: "global",
    authority: "https://login.microsoftonline.com",
    aliases: ["login.windows.net", "login.microsoft.com", "sts.windows.net"],
    graph: "https://graph.microsoft.com",
  },
  {
    name: "usgov",
    authority: "https://login.microsoftonline.us",
    aliases: ["login.usgovcloudapi.net"],
    graph: "https://graph.microsoft.us",
  },
  {
    name: "usgov-dod",
    authority: "https://login.microsoftonline.us",
    aliases: ["login.usgovcloudapi.net"],
    graph: "https://dod-graph.microsoft.us",
  },
  {
    name: "china",
    authority: "https://login.partner.microsoftonline.cn",
    aliases: ["login.chinacloudapi.cn"],
    graph: "https://microsoftgraph.chinacloudapi.cn",
  },
];

/** Who issues the token. */
export type Authority =
  /** Entra ID or External ID: every endpoint follows from the URL. */
  | { kind: "entra"; origin: string; tenant: string; url: string }
  /** External ID on a domain of one's own: the endpoints are discovered below the URL. */
  | { kind: "oidc"; origin: string; tenant?: string; url: string };

const WELL_KNOWN = "/.well-known/openid-configuration";

const HOST = /^(\[[0-9a-f:.]+\]|(?=.{1,253}$)([0-9a-z_-]{1,63}\.)*[0-9a-z_-]{1,63}\.?)$/;

/** These name no single tenant, so no app can sign in there without a user. */
const SHARED_TENANTS = new Set(["common", "organizations", "consumers"]);

/**
 * Tells which clouds an authority's host belongs to.
 *
 * @param origin Origin of an authority.
 * @returns The clouds; none for a host that Microsoft does not run.
 *
 * @example
 * ```ts
 * import { cloudsOf } from "./cloud.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const names = cloudsOf("https://login.microsoftonline.us").map((cloud) => cloud.name);
 * deepStrictEqual(names, ["usgov", "usgov-dod"]);
 * ```
 */
export function cloudsOf(origin: string): Cloud[] {
  const { host } = new URL(origin);
  return CLOUDS.filter((cloud) => cloud.authority === origin || cloud.aliases.includes(host));
}

/**
 * Reads the URL of an origin that secrets or tokens may be sent to.
 *
 * @param text What was given; `https://` may be left out.
 * @returns The URL, or what is wrong with it.
 */
export function readHttpsUrl(text: string): URL | string {
  const url = URL.parse(text.includes("://") ? text : `https://${text}`);
  if (url === null) return "no URL";
  if (url.protocol !== "https:") return `the scheme ${url.protocol.slice(0, -1)}`;
  if (url.username !== "" || url.password !== "") return "a user name in the URL";
  return HOST.test(url.hostname) ? url : "no host name";
}

/**
 * Reads a tenant.
 *
 * @param text A tenant ID or one of the tenant's domains.
 * @returns The same, or `undefined` when it names no single tenant.
 */
export function readTenant(text: string): string | undefined {
  const shared = SHARED_TENANTS.has(text.toLowerCase());
  return !shared && /^[0-9a-z][0-9a-z.-]*$/i.test(text) ? text : undefined;
}

/**
 * Reads the URL of a tenant, such as `https://login.microsoftonline.com/TENANT`.
 *
 * @param text The URL; a `/v2.0` at its end is taken off.
 * @returns The authority, or what is wrong with the text.
 *
 * @example
 * ```ts
 * import { readAuthority } from "./cloud.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const authority = readAuthority("https://contoso.ciamlogin.com/");
 * strictEqual(typeof authority !== "string" && authority.tenant, "contoso.onmicrosoft.com");
 * strictEqual(readAuthority("https://login.microsoftonline.com/common"), 'the shared tenant "common"');
 * ```
 */
export function readAuthority(text: string): Authority | string {
  const url = readHttpsUrl(text);
  if (typeof url === "string") return url;
  if (url.search !== "" || url.hash !== "") return "a query in the URL";
  const path = url.pathname.split("/").filter((part) => part !== "");
  if (path.at(-1) === "v2.0") path.pop();
  const customer = /^([^.]+)\.ciamlogin\.com$/.exec(url.hostname)?.[1];
  if (path.length === 0 && customer !== undefined) path.push(`${customer}.onmicrosoft.com`);
  if (path.length === 0) return "a URL without a tenant";
  if (path.length > 1) return "a URL with more than a tenant";
  const tenant = readTenant(path[0]);
  if (tenant === undefined) {
    const shared = SHARED_TENANTS.has(path[0].toLowerCase());
    return shared
      ? `the shared tenant "${path[0]}"`
      : "a tenant that is neither an ID nor a domain";
  }
  return { kind: "entra", origin: url.origin, tenant, url: `${url.origin}/${tenant}` };
}

/**
 * Reads the URL below which an OpenID provider publishes its configuration.
 *
 * @param text The URL, with or without `/.well-known/openid-configuration`.
 * @returns The authority, or what is wrong with the text.
 */
export function readOidcAuthority(text: string): Authority | string {
  const url = readHttpsUrl(text);
  if (typeof url === "string") return url;
  if (url.search !== "" || url.hash !== "") return "a query in the URL";
  const plain = url.href.replace(WELL_KNOWN, "").replace(/\/+$/, "");
  const tenant = readTenant(url.pathname.split("/")[1] ?? "");
  return { kind: "oidc", origin: url.origin, tenant, url: plain };
}

/**
 * Gives the address at which an admin consents to the app's permissions.
 *
 * @param settings Who issues the tokens, in which cloud, to which app.
 * @returns The URL. Source: learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent.
 */
export function adminConsentUrl(
  { authority, cloud, clientId }: { authority: Authority; cloud: Cloud; clientId: string },
): string {
  const isOwnHost = authority.kind === "entra" && !authority.origin.endsWith(".ciamlogin.com");
  const origin = isOwnHost ? authority.origin : cloud.authority;
  const tenant = authority.tenant ?? "organizations";
  return `${origin}/${tenant}/adminconsent?client_id=${encodeURIComponent(clientId)}`;
}
