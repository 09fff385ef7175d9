/**
 * The formats that data can be written in.
 *
 * @module
 */

/** How data can be written. */
export type Format = "json" | "ndjson" | "csv" | "tsv" | "table" | "none";

/** All formats, the default first. */
export const FORMATS: readonly Format[] = ["json", "ndjson", "csv", "tsv", "table", "none"];
