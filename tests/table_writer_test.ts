import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { tableWriter } from "../lib/table_writer.ts";
import type { WriterOptions } from "../lib/writer.ts";

function written(value: unknown, options: WriterOptions = {}): { lines: string[]; told: string[] } {
  const told: string[] = [];
  const text = tableWriter({ ...options, warn: (message) => told.push(message) }).value(value);
  ok(text === "" || text.endsWith("\n"));
  return { lines: text.split("\n").slice(0, -1), told };
}

const USERS = [
  { "@odata.type": "#user", id: 1, name: "Ana", tags: ["a", { b: null }] },
  { id: 20, name: null, ok: true },
];

const TABLES: [string, unknown, WriterOptions, string[]][] = [
  ["a list, annotations last", { value: USERS }, {}, [
    "id  name  tags              ok    @odata.type",
    "--  ----  ----------------  ----  -----------",
    '1   Ana   ["a",{"b":null}]        #user',
    "20                          true",
  ]],
  ["the columns that were asked for", USERS, { columns: ["name", "mail"] }, [
    "name  mail",
    "----  ----",
    "Ana",
    "",
  ]],
  ["one object, a line a member", { "@odata.context": "c", id: 1, manager: { id: 2 } }, {}, [
    "key             value",
    "--------------  --------",
    "id              1",
    'manager         {"id":2}',
    "@odata.context  c",
  ]],
  ["the members of one object that were asked for", { id: 1, mail: "m" }, { columns: ["mail"] }, [
    "key   value",
    "----  -----",
    "mail  m",
  ]],
  ["scalars", ["a", 5], {}, ["a", "5"]],
  ["arrays without a header", [["a", 5], ["long", [1]], ["b"]], {}, ["a     5", "long  [1]", "b"]],
  ["no item", { value: [] }, {}, []],
  ["no item, with columns", [], { columns: ["id"] }, []],
  ["items without members", [{}], {}, []],
  ["nothing", null, {}, []],
];

for (const [name, value, options, lines] of TABLES) {
  Deno.test(`tableWriter() writes ${name}`, () => {
    deepStrictEqual(written(value, options), { lines, told: [] });
  });
}

/** Columns of a terminal by Unicode Standard Annex 11 and the emoji of UTS 51, counted by hand. */
const WIDTHS: [string, number][] = [
  ["Ana", 3],
  ["李雷", 4],
  ["한글", 4],
  ["ｱｲ", 2],
  ["Ａ", 2],
  ["Ade\u0300le", 5],
  ["Adèle", 5],
  ["שלום", 4],
  ["مرحبا", 5],
  ["👩‍👩‍👧", 2],
  ["👍🏽", 2],
  ["🇫🇷", 2],
  ["❤️", 2],
  ["1️⃣", 2],
  ["a\u200bb", 2],
  ["\ud800", 1],
];

for (const [text, width] of WIDTHS) {
  Deno.test(`tableWriter() counts ${JSON.stringify(text)} as ${width} columns`, () => {
    const { lines } = written([{ text, end: "|" }, { text: "123456", end: "|" }]);
    strictEqual(lines[2], `${text}${" ".repeat(6 - width + 2)}|`);
    strictEqual(lines[1], "------  ---");
  });
}

const CUTS: [string, number, string][] = [
  ["abcdef", 6, "abcdef"],
  ["abcdef", 5, "abcd…"],
  ["abcdef", 1, "…"],
  ["李雷韩梅", 8, "李雷韩梅"],
  ["李雷韩梅", 7, "李雷韩…"],
  ["李雷韩梅", 6, "李雷…"],
  ["👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"],
  ["👩‍👩‍👧👩‍👩‍👧", 2, "…"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["🇫🇷🇩🇪x", 4, "🇫🇷…"],
];

for (const [text, width, expected] of CUTS) {
  Deno.test(`tableWriter() cuts ${text} to ${width} columns between graphemes`, () => {
    deepStrictEqual(written([[text]], { width }), { lines: [expected], told: [] });
  });
}

Deno.test("tableWriter() shows nothing that steers the terminal", () => {
  const name = "a\x1b[2J\x9b31m\u202eb\u2066c\r\nd\te\u2028f\0";
  const { lines } = written([{ [name]: name, list: [name] }]);
  deepStrictEqual(lines.map((line) => line.replaceAll(/[ -~]/g, "")), ["", "", ""]);
  ok(lines[2].startsWith("a [2J 31m b c d e f"));
});

const ROW = { id: "0123456789", name: "n".repeat(30), mail: "m".repeat(20), ok: true };

const FITS: [number, number[]][] = [
  [100, [10, 30, 20, 4]],
  [70, [10, 30, 20, 4]],
  [60, [10, 20, 20, 4]],
  [59, [10, 20, 19, 4]],
  [45, [10, 13, 12, 4]],
  [40, [10, 10, 10, 4]],
  [39, [10, 10, 9, 4]],
  [34, [8, 8, 8, 4]],
  [33, [10, 10, 9]],
  [28, [8, 8, 8]],
  [27, [10, 15]],
  [18, [8, 8]],
  [17, [10]],
  [5, [5]],
  [0, [1]],
];

for (const [width, expected] of FITS) {
  Deno.test(`tableWriter() shrinks the widest columns first to fit ${width}`, () => {
    const { lines, told } = written([ROW], { width });
    deepStrictEqual(lines[1].split("  ").map(({ length }) => length), expected);
    ok(lines.every(({ length }) => length <= Math.max(width, 1)), lines.join("\n"));
    const left = Object.keys(ROW).slice(expected.length).join(", ");
    deepStrictEqual(
      told,
      left === "" ? [] : [
        `Left out ${left}: the terminal is too narrow; ` +
        "choose columns with --select, or another format with --output",
      ],
    );
  });
}

Deno.test("tableWriter() leaves out annotations first, and names arrays' columns by number", () => {
  const { lines, told } = written([{ "a@odata.type": "#long.enough", id: "0123456789" }], {
    width: 12,
  });
  deepStrictEqual(lines, ["id", "----------", "0123456789"]);
  ok(told[0].startsWith("Left out a@odata.type: "));
  const row = written([["0123456789", "0123456789"]], { width: 12 });
  deepStrictEqual(row.lines, ["0123456789"]);
  ok(row.told[0].startsWith("Left out column 2: "));
});
