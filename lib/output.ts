/**
 * How data is written.
 *
 * @module
 */

/**
 * Writes a value as JSON for people and programs alike.
 *
 * @param value What `JSON.parse` could have given.
 * @returns The text, indented by two spaces, with a line end.
 *
 * @example
 * ```ts
 * import { formatJson } from "./output.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(formatJson({ value: [] }), '{\n  "value": []\n}\n');
 * ```
 */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
