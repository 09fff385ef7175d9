/**
 * Writes JSON: one indented document, or one line an item.
 *
 * @module
 */

import { isRecord, itemsOf, type Page, type PageStream, toJson, type Writer } from "./writer.ts";

const INDENT = 2;

/** What `JSON.stringify` puts around the items of an object that has nothing but a list. */
const HEAD = '{\n  "value": [';
const TAIL = "\n  ]\n}";

/**
 * Makes a writer of indented JSON. Its pages become one document, the very text that the whole list
 * would give at once.
 *
 * @returns The writer.
 *
 * @example
 * ```ts
 * import { jsonWriter } from "./json_writer.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(jsonWriter().value({ id: "1" }), '{\n  "id": "1"\n}\n');
 * ```
 */
export function jsonWriter(): Writer {
  return {
    value: (value) => `${toJson(value, INDENT)}\n`,
    stream: new JsonDocument(),
  };
}

/**
 * Makes a writer of one line of JSON an item (NDJSON, JSON Lines).
 *
 * @returns The writer.
 *
 * @example
 * ```ts
 * import { ndjsonWriter } from "./json_writer.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(ndjsonWriter().value({ value: [{ id: "1" }, { id: "2" }] }), '{"id":"1"}\n{"id":"2"}\n');
 * ```
 */
export function ndjsonWriter(): Writer {
  return {
    value: (value) => lines(itemsOf(value) ?? [value]),
    stream: { page: ({ items }) => lines(items), end: () => "" },
  };
}

/** What stands between two objects of a list; a string would have a backslash before the quotation mark. */
const BETWEEN = '},{"';

/**
 * One call for a whole list takes half the time of a call an item. Where the text has just as many
 * places between objects as the list has, and none of them is empty, these are the list's own.
 */
function lines(items: readonly unknown[]): string {
  const text = toJson(items).slice(1, -1);
  const parts = text.split(BETWEEN);
  const isPlain = parts.length === items.length && !text.includes("{}") && items.every(isRecord);
  if (isPlain) return `${parts.join('}\n{"')}\n`;
  return items.map((item) => `${toJson(item)}\n`).join("");
}

/** Members that only a later page has, such as `@odata.deltaLink`, follow the list. */
class JsonDocument implements PageStream {
  #first?: Page["members"];
  #late: Page["members"] = {};
  #isEmpty = true;

  page({ members, items }: Page): string {
    const head = this.#open(members);
    if (items.length === 0) return head;
    const text = toJson({ value: items }, INDENT).slice(HEAD.length, -TAIL.length);
    const comma = this.#isEmpty ? "" : ",";
    this.#isEmpty = false;
    return head + comma + text;
  }

  end(): string {
    const head = this.#open({});
    const close = this.#isEmpty ? "]" : "\n  ]";
    const late = toJson(this.#late, INDENT).slice(1, -1).trimEnd();
    return `${head}${close}${late === "" ? "" : `,${late}`}\n}\n`;
  }

  #open(members: Page["members"]): string {
    const first = this.#first;
    if (first === undefined) {
      this.#first = members;
      return toJson({ ...members, value: [] }, INDENT).slice(0, -"]\n}".length);
    }
    const late = Object.entries(members).filter(([name]) => !Object.hasOwn(first, name));
    this.#late = { ...this.#late, ...Object.fromEntries(late) };
    return "";
  }
}
