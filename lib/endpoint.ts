/**
 * Where requests go: the one origin that the token is for, and the URL of a request on it.
 *
 * @module
 */

import { readHttpsUrl } from "./cloud.ts";

/** What is called when nothing is named. */
const DEFAULT_PATH = "/users";

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Reads the endpoint of the settings, which names the origin that the token may go to.
 *
 * @param text A URL, or a path on the cloud's Graph.
 * @param token Origin of the cloud's Graph, and the scopes of the token.
 * @returns The URL to call, or what is wrong: the token is for Graph, or for the resource that a
 * scope names, so it goes nowhere else but to this very machine.
 *
 * @example
 * ```ts
 * import { readConfiguredEndpoint } from "./endpoint.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const graph = "https://graph.microsoft.com";
 * strictEqual(String(readConfiguredEndpoint("/beta/me", { graph, scopes: [] })), `${graph}/beta/me`);
 * strictEqual(readConfiguredEndpoint("https://a.example", { graph, scopes: [] }), 'another host, "https://a.example"');
 * ```
 */
export function readConfiguredEndpoint(
  text: string,
  { graph, scopes }: { graph: string; scopes: readonly string[] },
): URL | string {
  const plain = withoutFragment(text);
  const url = isUrl(plain) ? readHttpsUrl(plain) : readEndpoint(plain, graph);
  if (typeof url === "string") return url;
  const isResource = scopes.some((scope) => URL.parse(scope)?.origin === url.origin);
  if (url.origin !== graph && !isResource && !LOOPBACK.test(url.hostname)) {
    return `another host, "${url.origin}"`;
  }
  return url.pathname === "/" ? readEndpoint(DEFAULT_PATH + url.search, url.origin) : url;
}

/**
 * Reads the endpoint of one request.
 *
 * @param text A path, with or without the API version (v1.0 unless told), or a URL on the origin.
 * @param origin The origin that the token may go to.
 * @returns The URL to call, or what is wrong.
 *
 * @example
 * ```ts
 * import { readEndpoint } from "./endpoint.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const graph = "https://graph.microsoft.com";
 * strictEqual(String(readEndpoint("users?$top=1", graph)), `${graph}/v1.0/users?$top=1`);
 * ```
 */
export function readEndpoint(text: string, origin: string): URL | string {
  const plain = withoutFragment(text);
  if (isUrl(plain)) {
    const url = readHttpsUrl(plain);
    return typeof url === "string" || url.origin === origin ? url : `another host, "${url.origin}"`;
  }
  const path = plain.replace(/^\/+/, "");
  return new URL(/^(v1\.0|beta)(\/|$)/.test(path) ? `${origin}/${path}` : `${origin}/v1.0/${path}`);
}

/**
 * Gives the URL to call where nothing names one.
 *
 * @param graph Origin of the cloud's Graph.
 * @returns The list of users.
 */
export function defaultEndpoint(graph: string): URL {
  return new URL(`/v1.0${DEFAULT_PATH}`, graph);
}

/**
 * A guest's user name holds "#EXT#", which as a fragment would be cut off silently; a lone "%" begins
 * nothing.
 */
function withoutFragment(text: string): string {
  return text.trim().replaceAll("#", "%23").replaceAll(/%(?![0-9a-f]{2})/gi, "%25");
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
