/**
 * Writes tables for programs: CSV as RFC 4180 has it, and TSV, which is CSV with tabs.
 *
 * @module
 */

import { stringify } from "csv-stringify/sync";

import {
  type Layout,
  layoutOf,
  namesOf,
  type Page,
  type PageStream,
  rowsOf,
  toJson,
  type Writer,
  type WriterOptions,
} from "./writer.ts";

/** Delimiter and line end of each format. */
const DIALECTS = {
  csv: { delimiter: ",", record_delimiter: "\r\n" },
  tsv: { delimiter: "\t", record_delimiter: "\n" },
};

/**
 * Makes a writer of CSV or TSV. The first line names the columns, where rows are objects. `null` and what is missing are empty cells; objects and arrays are JSON.
 *
 * @param format Which of the two.
 * @param options Columns, guard against formulas, and who is told what was left out.
 * @returns The writer.
 *
 * @example
 * ```ts
 * import { delimitedWriter } from "./delimited_writer.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const writer = delimitedWriter("csv", {});
 * strictEqual(writer.value([{ id: 1, name: "a, b" }]), 'id,name\r\n1,"a, b"\r\n');
 * ```
 */
export function delimitedWriter(format: "csv" | "tsv", options: WriterOptions): Writer {
  const lines: Lines = (rows) =>
    stringify(rows, {
      ...DIALECTS[format],
      cast: { boolean: String, object: castObject },
      escape_formulas: options.guardFormulas,
      // Else a lone line feed or carriage return ends the row.
      quote_record_delimiter: true,
      // Else a row of one empty cell is an empty line, which readers pass over.
      quoted_empty: rows.some(({ length }) => length < 2),
    });
  return {
    value(value): string {
      const stream = new DelimitedStream(lines, options);
      return stream.page({ members: {}, items: rowsOf(value) }) + stream.end();
    },
    stream: new DelimitedStream(lines, options),
  };
}

type Lines = (rows: (readonly unknown[])[]) => string;

/** A number that begins with `-` is no formula. */
function castObject(value: object): string | { value: string; escape_formulas: boolean } {
  const text = toJson(value);
  return text.startsWith("-") ? { value: text, escape_formulas: false } : text;
}

/** The first page that shows columns decides about them. */
class DelimitedStream implements PageStream {
  readonly #lines: Lines;
  readonly #options: WriterOptions;
  readonly #leftOut = new Set<string>();
  #layout?: Layout;

  constructor(lines: Lines, options: WriterOptions) {
    this.#lines = lines;
    this.#options = options;
  }

  page({ items }: Page): string {
    const isFirst = this.#layout === undefined;
    const layout = this.#layout ??= layoutOf(items, this.#options.columns);
    if (layout === undefined) return "";
    if (!isFirst) this.#compare(layout.names, items);
    const rows = items.map((item) => layout.cells(item));
    return this.#lines(isFirst && layout.names.length > 0 ? [layout.names, ...rows] : rows);
  }

  end(): string {
    const text = this.page({ members: {}, items: [] });
    if (this.#leftOut.size > 0) {
      this.#options.warn?.(
        `Left out ${[...this.#leftOut].join(", ")}: the first page has no such column; ` +
          "name all columns with --select",
      );
    }
    return text;
  }

  #compare(names: readonly string[], items: readonly unknown[]): void {
    if (names.length === 0 || this.#options.columns !== undefined) return;
    for (const name of namesOf(items)) if (!names.includes(name)) this.#leftOut.add(name);
  }
}
