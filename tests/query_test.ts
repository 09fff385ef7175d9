/**
 * Queries: JMESPath's own compliance suite, and the failures.
 *
 * @module
 */

import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";

import type { ToolError } from "../lib/errors.ts";
import { parseJson } from "../lib/json.ts";
import { compileQuery } from "../lib/query.ts";

interface Suite {
  given: unknown;
  cases: { expression: string; result?: unknown; error?: string }[];
}

/** The package of the JavaScript reference brings the suite along. */
const FOLDER = new URL("test/compliance/", import.meta.resolve("jmespath"));

async function search(expression: string, value: unknown): Promise<unknown> {
  return (await compileQuery(expression))(value);
}

/** Where the library does not do what the suite wants. */
const NOT_PASSED: readonly string[] = [
  // It orders what is not of one type, where the suite wants a failure.
  "sort_by(people, &name)",
];

async function check(
  given: unknown,
  { expression, result, error }: Suite["cases"][number],
): Promise<void> {
  if (error === undefined) deepStrictEqual(await search(expression, given), result, expression);
  else if (error === "syntax") await rejects(compileQuery(expression), { code: "usage" });
  else await rejects(search(expression, given), { code: "usage" }, expression);
}

for await (const { name } of Deno.readDir(FOLDER)) {
  const suites: Suite[] = JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)));
  Deno.test(`compileQuery() passes JMESPath's ${name}`, async () => {
    for (const { given, cases } of suites) {
      for (const each of cases) {
        const checked = check(structuredClone(given), each);
        if (NOT_PASSED.includes(each.expression)) await rejects(checked);
        else await checked;
      }
    }
  });
}

const RESULTS: [string, unknown, unknown][] = [
  ["sort(@)", [10, 9, -2, -10], [-10, -2, 9, 10]],
  ["max_by(@, &n)", [{ n: "b" }, { n: "c" }, { n: "a" }], { n: "c" }],
  ["min_by(@, &n)", [{ n: 10 }, { n: 9 }], { n: 9 }],
  ["[?n == 'b' && m != `1`].n", [{ n: "b", m: 2 }, { n: "b", m: 1 }], ["b"]],
  ['"@odata.type"', { "@odata.type": "#user" }, "#user"],
];

for (const [expression, value, result] of RESULTS) {
  Deno.test(`compileQuery() gives ${JSON.stringify(result)} for ${expression}`, async () => {
    deepStrictEqual(await search(expression, value), result);
  });
}

const FAULTS: [string, RegExp][] = [
  ["a b", /^parse error at column 2\b/],
  ["value[].@odata.type", /^parse error at column 8\b/],
  ["a # b", /^unknown token "#" at column 2$/],
  ["[?mail='x']", /^unknown token "=" at column 6$/],
  ["a = `1`", /^unknown token "=" at column 2$/],
  ["", /^parse error at column 0, found unexpected end/],
  ["a.", /end of expression/],
  ["size(a)", /^Unknown function: size\(\)$/],
  ["length(a, b)", /^Expected at (most|least) 1 argument|^Expected 1 argument/i],
  ["toString", /what every object has/],
];

for (const [expression, state] of FAULTS) {
  Deno.test(`compileQuery() refuses ${JSON.stringify(expression)}`, async () => {
    await rejects(compileQuery(expression), (error: ToolError) => {
      const [, said = ""] = /^Cannot use the query: (.*)$/s.exec(error.message) ?? [];
      match(said, state);
      match(String(error.hint), /"@odata\.type"/);
      return error.code === "usage";
    });
  });
}

Deno.test("compileQuery() gives a query that fails on what does not suit it", async () => {
  const query = await compileQuery("length(@)");
  strictEqual(query("abc"), 3);
  throws(() => query(5), {
    code: "usage",
    message: /^Cannot use the query: Invalid argument type/,
  });
});

Deno.test("compileQuery() gives null for what is not there", async () => {
  for (const expression of ["x", "@.x.y", "max(`[]`)", "min_by(`[]`, &x)"]) {
    strictEqual(await search(expression, {}), null, expression);
  }
  strictEqual(await search("x", undefined), null);
});

Deno.test("compileQuery() sorts and leaves equal items in their order", async () => {
  const items = ["b", "a", "b", "a"].map((key, index) => ({ key, index }));
  deepStrictEqual(await search("sort_by(@, &key)[].index", items), [1, 3, 0, 2]);
  deepStrictEqual(items.map(({ index }) => index), [0, 1, 2, 3]);
});

Deno.test("compileQuery() passes long numbers on, digit by digit", async () => {
  const value = parseJson('[{"id":12345678901234567890},{"id":5}]');
  const results = { "[].id": "[12345678901234567890,5]", "[?id > `1`]": '[{"id":5}]' };
  for (const [expression, result] of Object.entries(results)) {
    strictEqual(JSON.stringify(await search(expression, value)), result);
  }
  for (const expression of ["sum([].id)", "sort_by(@, &id)", "abs([0].id)", "[0].id + `1`"]) {
    await rejects(search(expression, value), { code: "usage" }, expression);
  }
});
