/**
 * Queries: JMESPath's own compliance suite, where the library differs from it, and the failures.
 *
 * @module
 */

import {
  deepStrictEqual,
  notDeepStrictEqual,
  rejects,
  strictEqual,
  throws,
} from "node:assert/strict";

import jmespath from "jmespath";

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

for await (const { name } of Deno.readDir(FOLDER)) {
  const suites: Suite[] = JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)));
  Deno.test(`compileQuery() passes JMESPath's ${name}`, async () => {
    for (const { given, cases } of suites) {
      for (const { expression, result, error } of cases) {
        if (error === undefined) {
          deepStrictEqual(await search(expression, given), result, expression);
        } else if (error === "syntax") await rejects(compileQuery(expression), { code: "usage" });
        else await rejects(search(expression, given), { code: "usage" }, expression);
      }
    }
  });
}

/** Where the community's language differs from the original one, and where a repair of ours does. */
const DIFFERENT: [string, string, unknown, unknown][] = [
  ["a pipe goes on with null", "x | [@]", {}, [null]],
  ["a raw string can end in a backslash", "'a\\\\'", {}, "a\\"],
  ["texts have no order for a filter", "[?d > '2020']", [{ d: "2021" }], []],
  ["the root has a name", "a[].[@, $.b]", { a: [1], b: 2 }, [[1, 2]]],
  ["arithmetic", "a + `1`", { a: 1 }, 2],
  ["numbers are sorted by value", "sort(@)", [10, 9, -2, -10], [-10, -2, 9, 10]],
  ["max_by() knows texts", "max_by(@, &n)", [{ n: "b" }, { n: "c" }, { n: "a" }], { n: "c" }],
  ["min_by() knows texts", "min_by(@, &n)", [{ n: "b" }, { n: "a" }], { n: "a" }],
  ["max() goes by code point", "max(@)", ["a", "B"], "a"],
  ["min() goes by code point", "min(@)", ["a", "B"], "B"],
];

function original(expression: string, value: unknown): unknown {
  try {
    return jmespath.search(value, expression);
  } catch {
    return undefined;
  }
}

for (const [name, expression, value, result] of DIFFERENT) {
  Deno.test(`compileQuery() differs from the original language: ${name}`, async () => {
    deepStrictEqual(await search(expression, value), result);
    notDeepStrictEqual(original(expression, value), result);
  });
}

const FAULTS: [string, string][] = [
  ["a b", "unexpected token type: UnquotedIdentifier, value: b, at character 3"],
  ["value[].@odata.type", "unexpected token: @(Current), at character 9"],
  ['"a"."b', "unexpected end of JSON input, at character 5"],
  ["a # b", "unknown character: #, at character 3"],
  ["", 'invalid token (EOF): "", at its end'],
  ["a.", "unexpected token: (EOF), at its end"],
  ["size(a)", "unknown function: size()"],
  ["[].{x: toString(@)}", "unknown function: toString()"],
  ["[].{x: constructor}", "no member can be named constructor"],
];

for (const [expression, state] of FAULTS) {
  Deno.test(`compileQuery() refuses ${JSON.stringify(expression)}`, async () => {
    await rejects(compileQuery(expression), {
      code: "usage",
      message: `Cannot use the query: ${state}`,
      hint: /"@odata\.type"/,
    });
  });
}

const UNSUITABLE: [string, unknown, RegExp][] = [
  ["length(@)", 5, /Invalid type: length\(\) expected argument 1/],
  ["sort_by(@, &n)", [{ n: 1 }, { n: "x" }], /cannot order number and string/],
  ["sort_by(@, &n)", [{ n: null }], /cannot order null/],
  ["$x", {}, /undefined variable x/],
  ["a - b", {}, /not-a-number/],
];

for (const [expression, value, state] of UNSUITABLE) {
  Deno.test(`compileQuery() gives ${expression}, which fails on ${JSON.stringify(value)}`, async () => {
    const query = await compileQuery(expression);
    throws(() => query(value), { code: "usage", message: state });
  });
}

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
