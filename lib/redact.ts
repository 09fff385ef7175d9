/**
 * The forms of a URL and of an answer that messages may show.
 *
 * @module
 */

import { ToolError } from "./errors.ts";

/** Values of these query options tell nothing about people. */
const PLAIN_OPTIONS = new Set(["$top", "$select", "$count", "$orderby", "api-version"]);

/**
 * Hides the values of a URL's query, but for options whose values tell nothing about people.
 *
 * @param url An absolute URL.
 * @returns The URL with `…` for each hidden value.
 *
 * @example
 * ```ts
 * import { redactUrl } from "./redact.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const url = "https://graph.microsoft.com/v1.0/users?$top=5&$filter=mail%20eq%20%27a@b.c%27";
 * strictEqual(redactUrl(url), "https://graph.microsoft.com/v1.0/users?$top=5&$filter=…");
 * ```
 */
export function redactUrl(url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(([name, value]) =>
    `${name}=${PLAIN_OPTIONS.has(name) ? value : "…"}`
  );
  return origin + pathname + (query.length === 0 ? "" : `?${query.join("&")}`);
}

/** A part of a path this long may be a secret that was given in its place. */
const PATH_PART = /[^\s/\\]{28,}/g;

/**
 * Gives a path that messages may show, though it could be a pasted secret or key.
 *
 * @param path The path of a file with a secret or key.
 * @returns The path with `…` for each part that may be a secret, cut at 120 characters.
 *
 * @example
 * ```ts
 * import { redactPath } from "./redact.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(redactPath("/etc/daemon.pem"), "/etc/daemon.pem");
 * strictEqual(redactPath(`/etc/${"x".repeat(34)}`), "/etc/…");
 * ```
 */
export function redactPath(path: string): string {
  return path.replaceAll(PATH_PART, "…").slice(0, 120);
}

/** So much of a secret gives it away, from wherever in it a service took it. */
const TELLTALE = 12;

/** A service may send megabytes as its reason; more than this is never shown. */
const LONGEST_TEXT = 4_000;

/** What is shorter is a word, and taking it out would spell it. */
const SHORTEST_SECRET = 6;

/**
 * Takes out of an error what was sent: a careless service sends it back, in body or headers, whole or
 * in part, and in other encodings.
 *
 * @param error What was thrown.
 * @param secrets What nobody may see.
 * @returns The error with `[secret]` for each; what is no `ToolError` comes back as it is.
 *
 * @example
 * ```ts
 * import { ToolError } from "./errors.ts";
 * import { withoutSecrets } from "./redact.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const error = withoutSecrets(new ToolError("refused", "You sent a%20bcde"), ["a bcde"]);
 * strictEqual((error as Error).message, "You sent [secret]");
 * ```
 */
export function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof ToolError) || formsOf(secrets).length === 0) return error;
  const clean = (text: string) => hideSecrets(text, secrets);
  const { message, hint, details, facts } = error;
  return error.with({
    message: clean(message),
    hint: hint && clean(hint),
    details: details.map(clean),
    facts: Object.fromEntries(
      Object.entries(facts).map((
        [name, fact],
      ) => [name, typeof fact === "string" ? clean(fact) : fact]),
    ),
  });
}

/**
 * Takes out of a text what was sent, as {@linkcode withoutSecrets} does for an error.
 *
 * @param text What a service said.
 * @param secrets What nobody may see.
 * @returns The text with `[secret]` for each, cut at 4,000 characters where there is a secret to hide.
 */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const forms = formsOf(secrets);
  return forms.length === 0 ? text : withoutParts(text, forms);
}

/** Gives the forms that a secret may come back in. */
function formsOf(secrets: readonly string[]): string[] {
  return secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ]).map(lowerCase);
}

function withoutParts(whole: string, forms: readonly string[]): string {
  const text = whole.slice(0, LONGEST_TEXT);
  const plain = lowerCase(text);
  let [cleaned, shown] = ["", 0];
  for (let begin = 0; begin < text.length; begin++) {
    const end = endOfPart(plain, { begin, forms });
    if (end === begin) continue;
    cleaned += `${text.slice(shown, begin)}[secret]`;
    shown = end;
    begin = end - 1;
  }
  return cleaned + text.slice(shown);
}

/** Gives where the longest part of a form that begins here ends. */
function endOfPart(
  text: string,
  { begin, forms }: { begin: number; forms: readonly string[] },
): number {
  let longest = begin;
  for (const form of forms) {
    let end = begin + Math.min(TELLTALE, form.length);
    if (end > text.length || !form.includes(text.slice(begin, end))) continue;
    while (end < text.length && form.includes(text.slice(begin, end + 1))) end++;
    longest = Math.max(longest, end);
  }
  return longest;
}

/** Host names come back in lower case, and so do some percent-encodings. Keeps all positions. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
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
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(redactBody("<html>\n<title>Sign in"), '"<html> <title>Sign in"');
 * strictEqual(redactBody('{"access_token":"eyJ0eXAiOiJKV1QiLCJub25'), '"{"access_token":"…"');
 * ```
 */
export function redactBody(body: string): string {
  const plain = body.replaceAll(OPAQUE, "…").replaceAll(/\s+/g, " ").trim();
  return `"${plain.slice(0, FIRST_CHARACTERS)}${plain.length > FIRST_CHARACTERS ? "…" : ""}"`;
}
