import { deepStrictEqual, strictEqual } from "node:assert/strict";

import { delimitedWriter } from "../lib/delimited_writer.ts";
import type { WriterOptions } from "../lib/writer.ts";
import { HAS_PYTHON, readDelimited } from "./support/python.ts";

/** Texts that a careless writer or reader breaks. */
const TEXTS = [
  ..."\"|,|;|\t|\n|\r|\r\n|\0|'|\\| ".split("|"),
  '""',
  '"quoted"',
  'half "quoted',
  "a,b\tc",
  "lone\nline feed",
  "lone\rcarriage return",
  "both\r\nends\r\n",
  "\r\n",
  "NUL\0inside",
  "  leading and trailing  ",
  "\ttab first",
  "",
  "👩‍👩‍👧 李雷 שלום עולם",
  "e\u0301 \u202eoverride \ufeffmark",
  "=1+1",
  "@odata.type",
  "\u2028\u0085",
  "x".repeat(100_000),
];

for (const [format, delimiter] of [["csv", ","], ["tsv", "\t"]] as const) {
  Deno.test({
    name: `delimitedWriter() writes ${format} that another reader reads cell by cell`,
    ignore: !HAS_PYTHON,
    async fn(): Promise<void> {
      const items = TEXTS.map((text, index) => ({
        [`"name",\t${delimiter}`]: text,
        id: index,
        next: TEXTS[(index + 1) % TEXTS.length],
      }));
      const cells = [
        Object.keys(items[0]),
        ...items.map((item) => Object.values(item).map(String)),
      ];
      deepStrictEqual(
        await readDelimited(delimitedWriter(format, {}).value(items), delimiter),
        cells,
      );
    },
  });

  Deno.test({
    name: `delimitedWriter() writes ${format} of one column that another reader reads`,
    ignore: !HAS_PYTHON,
    async fn(): Promise<void> {
      const text = delimitedWriter(format, {}).value(TEXTS);
      const cells = TEXTS.map((text) => [text]);
      deepStrictEqual(await readDelimited(text, delimiter), cells);
    },
  });
}

const TABLE: [string, unknown, WriterOptions, string][] = [
  [
    "all kinds of cells",
    [
      { s: "x", n: -0.5, t: true, f: false, z: null, o: { a: [1] }, l: ["b"], u: undefined },
    ],
    {},
    's,n,t,f,z,o,l,u\r\nx,-0.5,true,false,,"{""a"":[1]}","[""b""]",\r\n',
  ],
  ["the members of all items", [{ a: 1 }, { b: 2 }], {}, "a,b\r\n1,\r\n,2\r\n"],
  [
    "names with dots, and of the prototype",
    [
      { "@odata.type": "#u", "a.b": 1, "a[0]": 2 },
    ],
    { columns: ["@odata.type", "a.b", "a[0]", "toString"] },
    "@odata.type,a.b,a[0],toString\r\n#u,1,2,\r\n",
  ],
  ["the columns that were asked for", { value: [{ id: 1, mail: "m" }] }, {
    columns: ["mail", "manager/displayName"],
  }, "mail,manager\r\nm,\r\n"],
  ["selected columns whatever their case, and all of them", [{ id: 1, displayName: "n" }], {
    columns: ["DISPLAYNAME", "*"],
  }, "displayName,id\r\nn,1\r\n"],
  ["one object", { id: 1 }, {}, "id\r\n1\r\n"],
  ["scalars", ["a", 1, null], {}, 'a\r\n1\r\n""\r\n'],
  ["nothing, as a query may give it", null, {}, ""],
  ["scalars, whatever was asked for", ["a"], { columns: ["id"] }, "a\r\n"],
  ["arrays", [["a", 1], [null, [2], {}], []], {}, 'a,1\r\n"",[2],{}\r\n[]\r\n'],
  ["objects beside others", [{ id: 1 }, 5, [6]], {}, "id,value\r\n1,\r\n,5\r\n,[6]\r\n"],
  ["no item", [], {}, ""],
  ["no item, with columns", [], { columns: ["id", "mail"] }, "id,mail\r\n"],
  ["items without members", [{}, {}], {}, ""],
  [
    "a guard against formulas",
    [
      { "@a": "=1", b: "+2", c: "-3", d: -3, e: "@x", f: "\tx", g: "a=1" },
    ],
    { guardFormulas: true },
    "'@a,b,c,d,e,f,g\r\n'=1,'+2,'-3,-3,'@x,'\tx,a=1\r\n",
  ],
];

for (const [name, value, options, expected] of TABLE) {
  Deno.test(`delimitedWriter() writes ${name}`, () => {
    const writer = delimitedWriter("csv", options);
    strictEqual(writer.value(value), expected);
    strictEqual(writer.value(value), expected, "a second answer is written like the first");
  });
}

function streamed(
  pages: unknown[][],
  options: WriterOptions = {},
): { text: string; told: string[] } {
  const told: string[] = [];
  const { stream } = delimitedWriter("tsv", { ...options, warn: (message) => told.push(message) });
  const texts = pages.map((items) => stream?.page({ members: {}, items }));
  return { text: texts.join("") + stream?.end(), told };
}

Deno.test("delimitedWriter() streams one header, and tells once what later pages have beyond it", () => {
  deepStrictEqual(streamed([[], [{ a: 1 }], [{ b: 2, a: 3, c: 4 }], [], [{ b: 5 }, 6]]), {
    text: 'a\n1\n3\n""\n""\n',
    told: [
      "Left out b, c, value: the first page has no such column; name all columns with --select",
    ],
  });
});

Deno.test("delimitedWriter() tells nothing where the columns were asked for", () => {
  const columns = ["a", "d"];
  deepStrictEqual(streamed([[{ a: 1, b: 2 }], [{ c: 3 }]], { columns }), {
    text: "a\td\n1\t\n\t\n",
    told: [],
  });
  deepStrictEqual(streamed([], { columns }), { text: "a\td\n", told: [] });
});

Deno.test("delimitedWriter() streams arrays without a header, and loses nothing beside them", () => {
  deepStrictEqual(streamed([[["a", 1]], [["b"], { c: 2 }]]), {
    text: 'a\t1\nb\n"{""c"":2}"\n',
    told: [],
  });
});
