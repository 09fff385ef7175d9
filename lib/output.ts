/**
 * How data is written: opens the writer of a format, and loads nothing of the others.
 *
 * @module
 */

import type { Format } from "./format.ts";
import type { Writer, WriterOptions } from "./writer.ts";

/**
 * Opens the writer of a format.
 *
 * @param format The format.
 * @param options Columns, width, and who is told what was left out.
 * @returns The writer.
 */
export async function openWriter(format: Format, options: WriterOptions): Promise<Writer> {
  switch (format) {
    case "json":
      return (await import("./json_writer.ts")).jsonWriter();
    case "ndjson":
      return (await import("./json_writer.ts")).ndjsonWriter();
    case "csv":
    case "tsv":
      return (await import("./delimited_writer.ts")).delimitedWriter(format, options);
    case "table":
      return (await import("./table_writer.ts")).tableWriter(options);
    case "none":
      return { value: () => "", stream: { page: () => "", end: () => "" } };
  }
}
