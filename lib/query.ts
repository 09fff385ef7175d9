/**
 * Queries on an answer, in JMESPath.
 *
 * @module
 */

import type { JSONArray, JSONValue } from "@jmespath-community/jmespath";

import { ToolError } from "./errors.ts";

type Library = typeof import("@jmespath-community/jmespath");
type Expression = ReturnType<Library["compile"]>;

const HINT =
  'write it in JMESPath (https://jmespath.org); a name such as "@odata.type" needs its ' +
  "double quotes";

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
  const library = await import("@jmespath-community/jmespath");
  repairSorting(library);
  const tree = attempt(
    () => library.compile(expression),
    (failure) => placeOf(failure, { expression, library }),
  );
  checkNames(tree, library);
  return (value) => {
    return attempt(() => library.TreeInterpreter.search(tree, value as JSONValue)) ?? null;
  };
}

function attempt<T>(action: () => T, place = (_failure: string) => ""): T {
  try {
    return action();
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    throw queryError(failure.replace(/^syntax( error)?[:,] /i, "") + place(failure));
  }
}

function queryError(state: string): ToolError {
  return new ToolError("usage", `Cannot use the query: ${state}`, { hint: HINT });
}

/** The library does not say where: the shortest beginning that fails in the same way ends there. */
function placeOf(
  failure: string,
  { expression, library }: { expression: string; library: Library },
): string {
  if (/\bEOF\b/.test(failure)) return ", at its end";
  let end = expression.length;
  while (failureOf(() => library.compile(expression.slice(0, end - 1))) === failure) end--;
  let start = end - 1;
  failureOf(() => start = library.tokenize(expression.slice(0, end)).at(-1)?.start ?? start);
  return `, at character ${start + 1}`;
}

function failureOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Else a misspelt function would show only when the data is there, and the library would find what
 * every object inherits, such as `toString`.
 */
function checkNames(tree: unknown, { getRegisteredFunctions }: Library): void {
  const functions = getRegisteredFunctions();
  JSON.stringify(tree, (_key, node) => {
    if (node?.type === "Function" && !functions.includes(node.name)) {
      throw queryError(`unknown function: ${node.name}()`);
    }
    if (node?.type === "Field" && node.name in {}) {
      throw queryError(`no member can be named ${node.name}`);
    }
    return node;
  });
}

/**
 * The library's own sort() puts 10 before 9, its min() and max() order texts as a dictionary does, and
 * its min_by() and max_by() find nothing among texts.
 */
function repairSorting(library: Library): void {
  const { registerFunction, TreeInterpreter, TYPE_ARRAY, TYPE_EXPREF } = library;
  const lists = [{ types: [library.TYPE_ARRAY_NUMBER, library.TYPE_ARRAY_STRING] }];
  const listsBy = [{ types: [TYPE_ARRAY] }, { types: [TYPE_EXPREF] }];
  const picks = {
    sort: (items: JSONArray) => items,
    min: (items: JSONArray) => items.at(0) ?? null,
    max: (items: JSONArray) => items.at(-1) ?? null,
  };
  for (const [name, pick] of Object.entries(picks)) {
    registerFunction(name, ([items]) => pick(sorted(items as JSONArray, (item) => item)), lists, {
      override: true,
    });
    registerFunction(
      `${name}_by`,
      ([items, key]) =>
        pick(
          sorted(items as JSONArray, (item) => TreeInterpreter.visit(key as Expression, item)),
        ),
      listsBy,
      { override: true },
    );
  }
}

function sorted(items: JSONArray, keyOf: (item: JSONValue) => unknown): JSONArray {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  const types = [...new Set(keyed.map(({ key }) => key === null ? "null" : typeof key))];
  if (types.length > 1 || (types.length === 1 && !["number", "string"].includes(types[0]))) {
    throw new Error(`cannot order ${types.join(" and ")}`);
  }
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}
