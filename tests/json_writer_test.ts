import { deepStrictEqual, strictEqual } from "node:assert/strict";

import { jsonWriter, ndjsonWriter } from "../lib/json_writer.ts";
import type { Page, Writer } from "../lib/writer.ts";

const CONTEXT = { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users" };
const DELTA = { "@odata.deltaLink": "https://graph.microsoft.com/v1.0/users/delta?$deltatoken=x" };

function streamed({ stream }: Writer, pages: readonly Page[]): string {
  return pages.map((page) => stream?.page(page)).join("") + stream?.end();
}

/** What the pages are when they come at once. */
function whole(pages: readonly Page[]): string {
  const [first = {}, ...later] = pages.map(({ members }) => members);
  const late = later.flatMap(Object.entries).filter(([name]) => !Object.hasOwn(first, name));
  const value = pages.flatMap(({ items }) => items);
  return `${JSON.stringify({ ...first, value, ...Object.fromEntries(late) }, null, 2)}\n`;
}

const LISTS: [string, Page[]][] = [
  ["no page", []],
  ["one empty page", [{ members: {}, items: [] }]],
  ["one page", [{ members: CONTEXT, items: [{ id: "1" }] }]],
  ["pages", [
    { members: { ...CONTEXT, "@odata.count": 3 }, items: [{ id: "1" }, {}] },
    { members: { ...CONTEXT, "@odata.count": 4 }, items: [[], "two"] },
  ]],
  ["empty pages first, between and last", [
    { members: CONTEXT, items: [] },
    { members: {}, items: [null] },
    { members: {}, items: [] },
    { members: {}, items: [{ text: '"value": [\n]' }] },
    { members: {}, items: [] },
  ]],
  ["members of a later page", [
    { members: CONTEXT, items: [{ id: "1" }] },
    { members: { ...CONTEXT, ...DELTA }, items: [] },
    { members: { ...DELTA, "@odata.count": { n: [1] } }, items: [] },
  ]],
  ["members of a later page, without items", [
    { members: {}, items: [] },
    { members: DELTA, items: [] },
  ]],
];

for (const [name, pages] of LISTS) {
  Deno.test(`jsonWriter() streams ${name} as JSON.stringify writes the whole`, () => {
    strictEqual(streamed(jsonWriter(), pages), whole(pages));
  });
}

/** A generator of numbers from 0 to 1 that gives the same ones at each run (mulberry32). */
function numbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LEAVES = [null, true, 0, -1.5e300, "", "a\n\u0000\u2028", '"]}', "👩‍👩‍👧", "\ud800", {}, []];

function anyValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 3 ? 1 : 3));
  const list = () => Array.from({ length: random() * 4 }, () => anyValue(random, depth + 1));
  if (kind === 1) return list();
  if (kind === 2) return Object.fromEntries(list().map((value, index) => [`"k${index}`, value]));
  return LEAVES[Math.floor(random() * LEAVES.length)];
}

function anyPage(random: () => number): Page {
  const names = ["@odata.context", "@odata.count", "@odata.deltaLink", "__proto__"];
  const members = names.filter(() => random() < 0.4).map((name) => [name, anyValue(random, 2)]);
  const items = Array.from({ length: random() * 4 }, () => anyValue(random, 0));
  return { members: Object.fromEntries(members), items };
}

Deno.test("jsonWriter() streams any pages as JSON.stringify writes the whole", () => {
  const random = numbers(7);
  for (let run = 0; run < 500; run++) {
    const pages = Array.from({ length: random() * 5 }, () => anyPage(random));
    strictEqual(streamed(jsonWriter(), pages), whole(pages), `run ${run}`);
  }
});

Deno.test("jsonWriter() writes a value as JSON.stringify does", () => {
  for (const value of [{ value: [1] }, [], "text", null, 5]) {
    strictEqual(jsonWriter().value(value), `${JSON.stringify(value, null, 2)}\n`);
  }
});

Deno.test("ndjsonWriter() writes one line an item, whatever is in it", () => {
  const items = [{ id: "1", text: "a\r\nb\u0000" }, [1, [2]], "x\ny", null, 5];
  const lines = items.map((item) => JSON.stringify(item));
  const { value } = ndjsonWriter();
  for (const list of [items, { ...CONTEXT, value: items }]) {
    deepStrictEqual(value(list), `${lines.join("\n")}\n`);
  }
  strictEqual(lines[0], '{"id":"1","text":"a\\r\\nb\\u0000"}');
  const pages = [items.slice(0, 2), [], items.slice(2)].map((items) => ({ members: {}, items }));
  strictEqual(streamed(ndjsonWriter(), pages), value(items));
});

Deno.test("ndjsonWriter() writes what is no list as one line", () => {
  const { value } = ndjsonWriter();
  strictEqual(value("a\nb") + value({ id: 1 }) + value(null), '"a\\nb"\n{"id":1}\nnull\n');
});

const LINES: [string, unknown[]][] = [
  ["no item", []],
  ["plain objects", [{ a: 1 }, { b: '},{"' }, { c: [] }]],
  ["objects in a list of objects", [{ a: [{ x: 1 }, { y: 2 }] }, { b: 1 }]],
  ["an empty object among them", [{ a: [{ x: 1 }, { y: 2 }] }, {}]],
  ["empty objects alone", [{}, {}]],
  ["a number among them", [1, { a: [{ x: 1 }, { y: 2 }] }]],
  ["an array among them", [{ a: 1 }, [{ x: 1 }, { y: 2 }]]],
  ["texts", ['},{"', "a\nb", ""]],
  ["null", [null, { a: null }]],
];

for (const [name, items] of LINES) {
  Deno.test(`ndjsonWriter() writes a line an item, given ${name}`, () => {
    const expected = items.map((item) => `${JSON.stringify(item)}\n`).join("");
    strictEqual(ndjsonWriter().stream?.page({ members: {}, items }), expected);
  });
}
