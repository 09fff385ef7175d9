/**
 * Reads `.env`. The lines are scanned before `@std/dotenv` parses them: it would run for ever on
 * `A=$A`, put "undefined" for an unknown `$name` and cut a value at `#`, and its versions differ on
 * backslashes. Lines that set something else than graph-daemon's variables are not parsed at all.
 *
 * @module
 */

import { parse } from "@std/dotenv/parse";

import { readTextFile, warnIfReadableByOthers } from "./files.ts";
import type { Log } from "./log.ts";
import { VARIABLES } from "./settings_table.ts";
import { type Fault, type Source, sourceOf } from "./sources.ts";

/** `NAME=` and, up to the end of the statement, its value; quoted values may span lines. */
const STATEMENT =
  /^[ \t]*(?:export[ \t]+)?([^\s=#]+)[ \t]*=[ \t]*('[^']*'|"(?:\\.|[^"\\])*")?(.*)$/gm;

const SINGLE_QUOTES = "the value in single quotes";

/** What scanning a file gives. */
export interface EnvFileScan {
  /** The statements that set graph-daemon's variables. */
  statements: string[];
  /** What must be mended in them. */
  faults: Omit<Fault, "source">[];
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
 * import { equal } from "node:assert/strict";
 *
 * equal(scanEnvFile("AZURE_CLIENT_SECRET=a$b").faults[0].found, "an unquoted $");
 * equal(scanEnvFile("AZURE_CLIENT_SECRET='a$b'").faults.length, 0);
 * ```
 */
export function scanEnvFile(text: string): EnvFileScan {
  const scan: EnvFileScan = { statements: [], faults: [], warnings: [] };
  for (const match of text.matchAll(STATEMENT)) {
    const [statement, name, quoted = "", rest] = match;
    const line = text.slice(0, match.index).split("\n").length;
    const found = hazard(name, { quoted, rest });
    if (VARIABLES.includes(name)) {
      scan.statements.push(statement);
      if (found !== undefined) {
        scan.faults.push({ key: `line ${line}, ${name}`, found, wanted: SINGLE_QUOTES });
      }
    } else if (found !== undefined) {
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
 * @returns What it sets, and what is wrong with it.
 * @throws {ToolError} `config` when it cannot be read.
 */
export async function readEnvFile(
  path: string,
  log: Log,
): Promise<{ source: Source; faults: Fault[] }> {
  const { statements, faults, warnings } = scanEnvFile(await readTextFile(path));
  for (const warning of warnings) log.warning(`"${path}", ${warning}`);
  if (faults.length > 0 || statements.length === 0) {
    return {
      source: { name: path, entries: {} },
      faults: faults.map((fault) => ({ source: path, ...fault })),
    };
  }
  const source = sourceOf(path, parse(statements.join("\n")), { kind: "env" });
  const { secret, certificate_password } = source.entries;
  if ((secret ?? certificate_password) !== undefined) await warnIfReadableByOthers(path, log);
  return { source, faults: [] };
}
