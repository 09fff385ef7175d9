/**
 * The forms of a URL and of an answer that messages may show.
 *
 * @module
 */

/** Values of these query options tell nothing about people. */
const PLAIN_OPTIONS = new Set(["$top", "$select", "$count", "$orderby", "$expand", "api-version"]);

/**
 * Hides the values of a URL's query, but for options whose values tell nothing about people.
 *
 * @param url An absolute URL.
 * @returns The URL with `…` for each hidden value.
 *
 * @example
 * ```ts
 * import { redactUrl } from "./redact.ts";
 * import { equal } from "node:assert/strict";
 *
 * const url = "https://graph.microsoft.com/v1.0/users?$top=5&$filter=mail%20eq%20%27a@b.c%27";
 * equal(redactUrl(url), "https://graph.microsoft.com/v1.0/users?$top=5&$filter=…");
 * ```
 */
export function redactUrl(url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(([name, value]) =>
    `${name}=${PLAIN_OPTIONS.has(name) ? value : "…"}`
  );
  return origin + pathname + (query.length === 0 ? "" : `?${query.join("&")}`);
}

/**
 * Takes out of an answer what the request held: a careless gateway sends back what it was sent.
 *
 * @param text The body of an answer.
 * @param secrets What nobody may see, as it was sent; percent-encoded forms count, too.
 * @returns The text with `[secret]` for each.
 *
 * @example
 * ```ts
 * import { redactSecrets } from "./redact.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(redactSecrets("you sent a%20b", ["a b"]), "you sent [secret]");
 * ```
 */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}

/** A run of characters this long may be a token, an assertion or a secret. */
const OPAQUE = /[\w.~+/=-]{20,}/g;

/** How much of an answer is shown. */
const FIRST_CHARACTERS = 80;

/**
 * Gives the first characters of an answer that could not be read, without anything that may be a
 * token.
 *
 * @param body The body of an answer.
 * @returns The characters in quotation marks.
 *
 * @example
 * ```ts
 * import { redactBody } from "./redact.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(redactBody("<html>\n<title>Sign in"), '"<html> <title>Sign in"');
 * equal(redactBody('{"access_token":"eyJ0eXAiOiJKV1QiLCJub25'), '"{"access_token":"…"');
 * ```
 */
export function redactBody(body: string): string {
  const plain = body.replaceAll(OPAQUE, "…").replaceAll(/\s+/g, " ").trim();
  return `"${plain.slice(0, FIRST_CHARACTERS)}${plain.length > FIRST_CHARACTERS ? "…" : ""}"`;
}
