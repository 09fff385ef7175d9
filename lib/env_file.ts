/**
 * Reads `.env`. The lines are scanned before `@std/dotenv` parses them: it would run for ever on
 * `A=$A`, put "undefined" for an unknown `$name` and cut a value at `#`, and its versions differ on
 * backslashes. Lines that set something else than graph-daemon's variables are not parsed at all.
 *
 * @module
 */

import { parse } from "@std/dotenv/parse";

import { readTextFile } from "./files.ts";
import type { Log } from "./log.ts";
import { VARIABLES } from "./settings_table.ts";
import { type Source, sourceOf } from "./sources.ts";

/** `NAME=` and, up to the end of the statement, its value; quoted values may span lines. */
const STATEMENT =
  /^[ \t]*(?:export[ \t]+)?([^\s=#]+)[ \t]*=[ \t]*('[^']*'|"(?:\\.|[^"\\])*")?(.*)$/gm;

const SINGLE_QUOTES = "the value in single quotes";

/** What scanning a file gives. */
export interface EnvFileScan {
  /** The statements that set graph-daemon's variables, and can be read in one way only. */
  statements: string[];
  /** Variables of graph-daemon that cannot, with their line and what was found in it. */
  hazards: { name: string; line: number; found: string }[];
  /** What should be mended elsewhere in the file. */
  warnings: string[];
}

/**
 * Finds the statements that set graph-daemon's variables, and those that parsers of `.env` read in
 * different ways.
 *
 * @param text The text of the file.
 * @returns The statements, faults and warnings, with line numbers and without values.
 *
 * @example
 * ```ts
 * import { scanEnvFile } from "./env_file.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(scanEnvFile("AZURE_CLIENT_SECRET=a$b").hazards[0].found, "an unquoted $");
 * strictEqual(scanEnvFile("AZURE_CLIENT_SECRET='a$b'").hazards.length, 0);
 * ```
 */
export function scanEnvFile(text: string): EnvFileScan {
  const scan: EnvFileScan = { statements: [], hazards: [], warnings: [] };
  for (const match of text.matchAll(STATEMENT)) {
    const [statement, name, quoted = "", rest] = match;
    const line = text.slice(0, match.index).split("\n").length;
    const found = hazard(name, { quoted, rest });
    if (found !== undefined && VARIABLES.includes(name)) scan.hazards.push({ name, line, found });
    else if (VARIABLES.includes(name)) scan.statements.push(statement);
    else if (found !== undefined) {
      scan.warnings.push(`line ${line}, ${name}: found ${found}, wanted ${SINGLE_QUOTES}`);
    }
  }
  return scan;
}

function hazard(
  name: string,
  { quoted, rest }: { quoted: string; rest: string },
): string | undefined {
  if (quoted !== "") {
    if (/^[ \t]*(#|\r?$)/.test(rest) === false) return "text behind the closing quote";
    return quoted.startsWith('"') && quoted.includes("\\")
      ? "a backslash in double quotes"
      : undefined;
  }
  if (/^['"`]/.test(rest)) return rest[0] === "`" ? "a backtick" : "a quote that is not closed";
  const value = rest.replace(/[ \t]#.*$/, "");
  if (value.includes("$")) return "an unquoted $";
  const mayBeCut = /SECRET|PASSWORD/.test(name) ? rest : value;
  return mayBeCut.includes("#") ? "an unquoted #" : undefined;
}

/**
 * Reads a `.env` file.
 *
 * @param path The file.
 * @param log Takes warnings.
 * @returns What it sets; a line that cannot be read is a faulty entry.
 * @throws {ToolError} `config` when it cannot be read.
 */
export async function readEnvFile(path: string, log: Log): Promise<Source> {
  const { statements, hazards, warnings } = scanEnvFile(await readTextFile(path));
  for (const warning of warnings) log.warning(`"${path}", ${warning}`);
  const { entries } = sourceOf(path, parse(statements.join("\n")), { kind: "env" });
  for (const { name, line, found } of hazards) {
    for (const entry of Object.values(sourceOf(path, { [name]: found }, { kind: "env" }).entries)) {
      const key = `line ${line}, ${name}`;
      entries[entry.setting] = { ...entry, key, value: "", found, wanted: SINGLE_QUOTES };
    }
  }
  return { name: path, entries };
}
