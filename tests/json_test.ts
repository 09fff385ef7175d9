import { deepStrictEqual, strictEqual } from "node:assert/strict";

import { parseCommentedJson, parseJson } from "../lib/json.ts";

const VALID: [string, unknown][] = [
  ['{"a":1}', { a: 1 }],
  ["{} // end", {}],
  ["/* a\n b */ []", []],
  ['{"url": "https://x//y", "b": "/* no */"}', { url: "https://x//y", b: "/* no */" }],
  ['{"a": "q\\"// still a string"}', { a: 'q"// still a string' }],
];

for (const [text, value] of VALID) {
  Deno.test(`parseCommentedJson() reads ${JSON.stringify(text)}`, () => {
    deepStrictEqual(parseCommentedJson(text), { value });
  });
}

const FAULTS: [string, number, number][] = [
  ["", 1, 1],
  ["{", 1, 2],
  ["{\n  // comment\n  a: 1\n}", 3, 3],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
  ['{"a": 1,}', 1, 9],
  ['{"a": abc}', 1, 7],
  ['{"a": tru}', 1, 10],
  ['{"a": [1, ]}', 1, 11],
  ['{"a": "x\ny"}', 1, 9],
  ['{"a": 1} x', 1, 10],
  ['{\r\n"a": ?}', 2, 6],
  ['{"at position 5": ?}', 1, 19],
  ["/* never closed", 1, 1],
  ['"open', 1, 6],
];

for (const [text, line, column] of FAULTS) {
  Deno.test(`parseCommentedJson() finds the fault of ${JSON.stringify(text)}`, () => {
    deepStrictEqual(parseCommentedJson(text), { fault: { line, column } });
  });
}

for (
  const number of [
    "12345678901234567890",
    "0.12345678901234567891",
    "123456789.123456789012345",
    "-1e400",
  ]
) {
  Deno.test(`parseJson() keeps every digit of ${number}`, () => {
    for (const text of [number, `[${number}]`, `{"n":${number},"long":1234567890123456}`]) {
      strictEqual(JSON.stringify(parseJson(text)), text);
    }
  });
}

Deno.test("parseJson() gives plain numbers where a double holds them", () => {
  const text =
    '{"a":1,"b":[2.5,1.0,5e3,1E+2,-0.50],"c":"12345678901234567890","d":1000000000000000000000}';
  const value = { a: 1, b: [2.5, 1, 5000, 100, -0.5], c: "12345678901234567890", d: 1e21 };
  deepStrictEqual(parseJson(text), value);
  deepStrictEqual(parseJson("[0.0, -0]"), [0, -0]);
});

Deno.test("parseJson() takes the short way where no number is long", () => {
  const guid = "12345678-1234-4e12-8e12-1234567890e1";
  deepStrictEqual(parseJson(`{"id":"${guid}","n":[1,2.5]}`), { id: guid, n: [1, 2.5] });
});
