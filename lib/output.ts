/**
 * How data is written.
 *
 * @module
 */

import { ToolError } from "./errors.ts";

/**
 * Writes a value as JSON for people and programs alike.
 *
 * @param value What `JSON.parse` could have given.
 * @returns The text, indented by two spaces, with a line end.
 * @throws {ToolError} `refused` when the value is nested too deeply.
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
  try {
    return `${JSON.stringify(value, null, 2)}\n`;
  } catch (cause) {
    throw new ToolError("refused", "Cannot write the answer: it is nested too deeply", { cause });
  }
}
