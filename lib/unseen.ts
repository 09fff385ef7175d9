/**
 * Characters of a service's text that a terminal obeys instead of showing them.
 *
 * @module
 */

/** Characters that break the line, steer the terminal or turn the direction of writing. */
// deno-lint-ignore no-control-regex
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+/g;

/**
 * Makes a text safe to show: it neither breaks the line nor steers the terminal.
 *
 * @param text The text.
 * @returns The text with one blank for each run of such characters.
 *
 * @example
 * ```ts
 * import { withoutUnseen } from "./unseen.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(withoutUnseen("one\r\ntwo\x1b[31m"), "one two [31m");
 * ```
 */
export function withoutUnseen(text: string): string {
  return text.replaceAll(UNSEEN, " ");
}

/** Line ends and tabs, which a text of several lines is made of. */
const LAYOUT = "\n\r\t";

/**
 * Makes a text of several lines safe for a terminal. In JSON it stays the same text.
 *
 * @param text The text.
 * @returns The text with `\\u` and four digits for each such character.
 *
 * @example
 * ```ts
 * import { escapeUnseen } from "./unseen.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(escapeUnseen("a\x1b[31m\n"), "a\\u001b[31m\n");
 * ```
 */
export function escapeUnseen(text: string): string {
  return text.replaceAll(UNSEEN, (run) => [...run].map(escaped).join(""));
}

function escaped(character: string): string {
  if (LAYOUT.includes(character)) return character;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
