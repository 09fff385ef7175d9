import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";

import { type Format, FORMATS } from "../lib/format.ts";
import { parseJson } from "../lib/json.ts";
import { openWriter } from "../lib/output.ts";
import { toJson } from "../lib/writer.ts";

const LONG = "12345678901234567890";

/** What one user, and a list of two, are in each format. */
const EXAMPLES: Record<Format, [string, string]> = {
  json: ['{\n  "id": 1,\n  "ok": true\n}\n', '{\n  "value": [\n    1,\n    null\n  ]\n}\n'],
  ndjson: ['{"id":1,"ok":true}\n', "1\nnull\n"],
  csv: ["id,ok\r\n1,true\r\n", '1\r\n""\r\n'],
  tsv: ["id\tok\n1\ttrue\n", '1\n""\n'],
  table: ["key  value\n---  -----\nid   1\nok   true\n", "1\n\n"],
  none: ["", ""],
};

for (const format of FORMATS) {
  Deno.test(`openWriter() writes one object and a list as ${format}`, async () => {
    const { value } = await openWriter(format, {});
    const [object, list] = EXAMPLES[format];
    deepStrictEqual([value({ id: 1, ok: true }), value({ value: [1, null] })], [object, list]);
  });

  Deno.test(`openWriter() writes a long number digit by digit as ${format}`, async () => {
    const answer = parseJson(`{"value":[{"n":${LONG},"list":[-${LONG}]},{"n":-1e400}]}`);
    const { value, stream } = await openWriter(format, { guardFormulas: true });
    const { value: items } = answer as { value: unknown[] };
    const texts = [value(answer)];
    if (stream !== undefined) texts.push(stream.page({ members: {}, items }) + stream.end());
    const numbers = format === "none" ? "" : `${LONG},-${LONG},-1e400`;
    for (const text of texts) {
      deepStrictEqual((text.match(/-?\d{9,}|-1e400/g) ?? []).join(), numbers, text);
      ok(!text.includes("'"));
    }
    ok(format === "none" || value(parseJson(LONG)).includes(LONG));
  });

  Deno.test(`openWriter() writes an empty list as ${format}`, async () => {
    const { value, stream } = await openWriter(format, {});
    const expected = format === "json" ? '{\n  "value": []\n}\n' : "";
    strictEqual(value({ value: [] }), expected);
    if (stream !== undefined) strictEqual(stream.end(), expected);
  });
}

Deno.test("openWriter() gives no stream where the whole must be there first", async () => {
  const writers = await Promise.all(FORMATS.map((format) => openWriter(format, {})));
  const whole = FORMATS.filter((_, index) => writers[index].stream === undefined);
  deepStrictEqual(whole, ["table"]);
});

Deno.test("toJson() refuses what is nested too deeply", () => {
  let value: unknown[] = [];
  for (let depth = 0; depth < 100_000; depth++) value = [value];
  throws(() => toJson(value), {
    code: "refused",
    message: "Cannot write the answer: it is nested too deeply",
  });
});
