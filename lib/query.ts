/**
 * Queries on an answer, in JMESPath.
 *
 * @module
 */

import { ToolError } from "./errors.ts";

type JSONValue = Parameters<typeof import("@aws-lambda-powertools/jmespath").search>[1];

const HINT =
  'write it in JMESPath (https://jmespath.org); a name such as "@odata.type" needs its ' +
  "double quotes";

/** What the library throws whatever the value is. */
const OF_THE_EXPRESSION = new Set([
  "ArityError",
  "EmptyExpressionError",
  "IncompleteExpressionError",
  "LexerError",
  "ParseError",
  "TypeError",
  "UnknownFunctionError",
]);

/**
 * Compiles a query. A number that a double cannot hold passes through it as it was written, and is no
 * number to it.
 *
 * @param expression A JMESPath expression.
 * @returns Gives the result for a value, `null` where there is none; throws a {@linkcode ToolError}
 * `usage` when the expression does not suit the value.
 * @throws {ToolError} `usage` when the expression is not JMESPath.
 *
 * @example
 * ```ts
 * import { compileQuery } from "./query.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const query = await compileQuery("value[].displayName");
 * deepStrictEqual(query({ value: [{ displayName: "Ana" }] }), ["Ana"]);
 * ```
 */
export async function compileQuery(expression: string): Promise<(value: unknown) => unknown> {
  const { search } = await import("@aws-lambda-powertools/jmespath");
  // The library keeps what it has parsed, so that each item costs its own search alone.
  const query = (value: unknown): unknown => search(expression, value as JSONValue) ?? null;
  try {
    query(null);
  } catch (error) {
    if (error instanceof Error && OF_THE_EXPRESSION.has(error.name)) throw queryError(error);
  }
  return (value) => {
    try {
      return query(value);
    } catch (error) {
      throw queryError(error);
    }
  };
}

/** The message of the library repeats the expression, and speaks of itself where it fails. */
function queryError(error: unknown): ToolError {
  const { name, message } = error as Error;
  const state = name === "TypeError"
    ? "it names what every object has, such as toString"
    : message.replace(/ (in|for) expression: [^]*$/, "").replace(
      /^[\w ]*jmespath expression: /i,
      "",
    );
  return new ToolError("usage", `Cannot use the query: ${state}`, { hint: HINT });
}
