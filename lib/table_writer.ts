/**
 * Writes tables for people: columns that line up in a terminal, whatever the script.
 *
 * @module
 */

import stringWidth from "string-width";

import { withoutUnseen } from "./unseen.ts";
import {
  isRecord,
  type Layout,
  layoutOf,
  rowsOf,
  toJson,
  type Writer,
  type WriterOptions,
} from "./writer.ts";

/** Blanks between two columns. */
const GAP = "  ";

/** A column is left out rather than made narrower than this. */
const NARROWEST = 8;

/** All but a few texts of a directory, and ten times as fast to cut. */
const ASCII = /^[ -~]*$/;

const graphemes = new Intl.Segmenter();

/**
 * Makes a writer of tables. A list is a line an item; one object is a line a member. With a width, the
 * widest columns are cut until the table fits, and columns that do not fit even so are left out.
 *
 * @param options Columns, width, and who is told what was left out.
 * @returns The writer; it cannot write before the whole list is there.
 *
 * @example
 * ```ts
 * import { tableWriter } from "./table_writer.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const users = [{ id: 1, name: "Ana" }, { id: 20, name: "李" }];
 * strictEqual(tableWriter({}).value(users), "id  name\n--  ----\n1   Ana\n20  李\n");
 * ```
 */
export function tableWriter(options: WriterOptions): Writer {
  return {
    value(value): string {
      const table = tableOf(value, options.columns);
      return table === undefined ? "" : layOut(table, options);
    },
  };
}

interface Table {
  /** Empty where the columns have no names. */
  head: readonly string[];
  rows: readonly (readonly unknown[])[];
}

function tableOf(value: unknown, columns?: readonly string[]): Table | undefined {
  const items = rowsOf(value);
  const layout = layoutOf(items, columns);
  if (items.length === 0 || layout === undefined) return undefined;
  const { names, cells } = withAnnotationsLast(layout);
  if (!isRecord(value) || items[0] !== value) return { head: names, rows: items.map(cells) };
  return { head: ["key", "value"], rows: cells(value).map((cell, index) => [names[index], cell]) };
}

/** They are the first to be left out where the width does not do. */
function withAnnotationsLast({ names, cells }: Layout): Layout {
  if (!names.some(isAnnotation)) return { names, cells };
  const order = [...names.keys()].sort((a, b) =>
    Number(isAnnotation(names[a])) - Number(isAnnotation(names[b]))
  );
  return {
    names: order.map((index) => names[index]),
    cells(row): unknown[] {
      const inOrder = cells(row);
      return order.map((index) => inOrder[index]);
    },
  };
}

/** Such as `@odata.type` and `manager@odata.context`. */
function isAnnotation(name: string): boolean {
  return name.includes("@");
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  return withoutUnseen(typeof cell === "string" ? cell : toJson(cell));
}

function layOut({ head, rows }: Table, { width, warn }: WriterOptions): string {
  const lines = (head.length === 0 ? rows : [head, ...rows]).map((row) => row.map(textOf));
  const natural = widthsOf(lines);
  const widths = width === undefined ? natural : fit(natural, width);
  if (widths.length < natural.length) {
    const names = natural.map((_, index) => head[index] ?? `column ${index + 1}`);
    warn?.(
      `Left out ${names.slice(widths.length).join(", ")}: the terminal is too narrow; ` +
        "choose columns with --select, or another format with --output",
    );
  }
  if (head.length > 0) lines.splice(1, 0, widths.map((width) => "-".repeat(width)));
  return lines.map((cells) => `${lineOf(cells, widths)}\n`).join("");
}

function widthsOf(lines: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const cells of lines) {
    cells.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, stringWidth(cell));
    });
  }
  return widths;
}

/** Gives the widths of those columns, from the left, that fit. */
function fit(natural: readonly number[], width: number): number[] {
  const narrowest = natural.map((own) => Math.min(own, NARROWEST) + GAP.length);
  let count = natural.length;
  while (count > 1 && sum(narrowest.slice(0, count)) - GAP.length > width) count--;
  const shown = natural.slice(0, count);
  const room = Math.max(1, width - GAP.length * (count - 1));
  let most = Math.min(room, Math.max(...shown));
  while (sum(shown.map((own) => Math.min(own, most))) > room) most--;
  let rest = room - sum(shown.map((own) => Math.min(own, most)));
  return shown.map((own) => own > most && rest-- > 0 ? most + 1 : Math.min(own, most));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return widths.map((width, index) => {
    const cell = cut(cells[index] ?? "", width);
    return cell + " ".repeat(Math.max(0, width - stringWidth(cell)));
  }).join(GAP).trimEnd();
}

/** Cuts between what people see as characters. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  if (ASCII.test(text)) return `${text.slice(0, width - 1)}…`;
  let [kept, room] = ["", width - 1];
  for (const { segment } of graphemes.segment(text)) {
    room -= stringWidth(segment);
    if (room < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}
