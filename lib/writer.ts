/**
 * What all writers of data share: their interface, and how an answer becomes rows and cells.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import { isRawNumber } from "./json.ts";

/** One page of a list, taken apart. */
export interface Page {
  /** The answer's members such as `@odata.context`, but for `value` and `@odata.nextLink`. */
  members: Readonly<Record<string, unknown>>;
  /** What `value` holds. */
  items: readonly unknown[];
}

/** Writes the pages of one list as they come. */
export interface PageStream {
  /** Gives the text of the next page. */
  page(page: Page): string;
  /** Gives what follows the last page. */
  end(): string;
}

/** Writes data in one format. */
export interface Writer {
  /** Gives the text of one whole answer. */
  value(value: unknown): string;
  /** Missing where a format needs the whole list before it can write the first line. */
  readonly stream?: PageStream;
}

/** Options of a {@linkcode Writer}. */
export interface WriterOptions {
  /** The columns that were asked for. @default {the members of the first page's items} */
  columns?: readonly string[];
  /** Marks cells that a spreadsheet would run as a formula with `'`. @default {false} */
  guardFormulas?: boolean;
  /** Columns of the terminal; without it nothing is cut. */
  width?: number;
  /** Takes what the reader has to know about what is not shown. */
  warn?: (message: string) => void;
}

/** How rows become cells. */
export interface Layout {
  /** The names of the columns; empty where no row is an object, so that cells have no names. */
  names: readonly string[];
  /** Gives the cells of a row. */
  cells(row: unknown): readonly unknown[];
}

/**
 * Writes a value as JSON.
 *
 * @param value What `parseJson` could have given.
 * @param indent Blanks a level; without it, the value is one line.
 * @returns The text, without a line end.
 * @throws {ToolError} `refused` when the value is nested too deeply, or too large.
 *
 * @example
 * ```ts
 * import { toJson } from "./writer.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(toJson({ value: [] }), '{"value":[]}');
 * ```
 */
export function toJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent);
  } catch (cause) {
    if (String(cause).includes("Invalid string length")) {
      throw new ToolError("refused", "Cannot write the answer: it is too large for one document", {
        hint: "use --output ndjson",
      });
    }
    throw new ToolError("refused", "Cannot write the answer: it is nested too deeply", { cause });
  }
}

/**
 * Tells whether a value is an object with members: neither an array nor a long number.
 *
 * @param value Any value.
 * @returns Whether it is.
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !isRawNumber(value);
}

/**
 * Gives the items of a list, bare or as Graph wraps it.
 *
 * @param value An answer, or what a query made of it.
 * @returns The items, or `undefined` when the value is no list.
 *
 * @example
 * ```ts
 * import { itemsOf } from "./writer.ts";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(itemsOf({ "@odata.context": "…", value: [1, 2] }), [1, 2]);
 * strictEqual(itemsOf({ id: "1" }), undefined);
 * ```
 */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  const list = isRecord(value) ? value.value : value;
  return Array.isArray(list) ? list : undefined;
}

/**
 * Gives the rows of a table: the items of a list, or the one value that is none.
 *
 * @param value An answer, or what a query made of it.
 * @returns The rows; none for `null`.
 *
 * @example
 * ```ts
 * import { rowsOf } from "./writer.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(rowsOf({ id: "1" }), [{ id: "1" }]);
 * deepStrictEqual(rowsOf(null), []);
 * ```
 */
export function rowsOf(value: unknown): readonly unknown[] {
  return itemsOf(value) ?? (value === null ? [] : [value]);
}

/**
 * Finds the columns of rows: those that were asked for, else all members of objects in the order in which
 * they appear; what is no object among them is a column named `value`. Where no row
 * is an object, cells have no names: those of an array, or the row itself.
 *
 * @param rows The rows.
 * @param columns The columns that were asked for.
 * @returns The layout, or `undefined` when the rows show no column.
 *
 * @example
 * ```ts
 * import { layoutOf } from "./writer.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const layout = layoutOf([{ id: 1 }, { id: 2, mail: "a@b" }]);
 * deepStrictEqual(layout?.names, ["id", "mail"]);
 * deepStrictEqual(layout?.cells({ mail: "c@d" }), [undefined, "c@d"]);
 * ```
 */
export function layoutOf(
  rows: readonly unknown[],
  columns?: readonly string[],
): Layout | undefined {
  if (rows.length > 0 && !rows.some(isRecord)) {
    return { names: [], cells: (row) => Array.isArray(row) && row.length > 0 ? row : [row] };
  }
  const names = columns === undefined ? namesOf(rows) : selectedNames(namesOf(rows), columns);
  if (names.length === 0) return undefined;
  return {
    names,
    cells(row): unknown[] {
      const record = recordOf(row);
      return names.map((name) => Object.hasOwn(record, name) ? record[name] : undefined);
    },
  };
}

/** `$select` knows no case, `*` for all, and paths, of which the answer has the first member. */
function selectedNames(present: readonly string[], columns: readonly string[]): string[] {
  const known = new Map(present.map((name) => [name.toLowerCase(), name]));
  const selected = columns.flatMap((name) => {
    const [first] = name.split("/");
    return name === "*" ? present : known.get(first.toLowerCase()) ?? first;
  });
  return [...new Set(selected)];
}

/**
 * Gives the names of all members of rows.
 *
 * @param rows The rows; what is no object has a member named `value`.
 * @returns The names, each once, in the order in which they appear.
 *
 * @example
 * ```ts
 * import { namesOf } from "./writer.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(namesOf([{ id: 1 }, 5, { mail: null }]), ["id", "value", "mail"]);
 * ```
 */
export function namesOf(rows: readonly unknown[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(recordOf(row))) names.add(name);
  return [...names];
}

function recordOf(row: unknown): Record<string, unknown> {
  return isRecord(row) ? row : { value: row };
}
