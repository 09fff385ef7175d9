/**
 * Reads the command line: which flags there are, and what they ask for.
 *
 * @module
 */

import type { ToolError } from "./errors.ts";
import { Flags } from "./flags.ts";
import { type Format, FORMATS } from "./format.ts";
import type { HttpOptions } from "./http.ts";
import type { LogOptions } from "./log.ts";
import type { ODataOptions } from "./odata.ts";
import { isSafe } from "./retry.ts";

/** Flags that set one setting. */
const SETTING_FLAGS = ["tenant-id", "client-id", "cloud", "certificate"];

const TABLE = {
  switches: [
    ...["all", "count", "dry-run", "guard-formulas", "help", "include", "no-cae", "quiet"],
    ...["verbose", "version"],
  ],
  values: [
    ...SETTING_FLAGS,
    ...["env-file", "expand", "filter", "input", "log-format", "max-items", "max-retries"],
    ...["max-wait", "method", "orderby", "output", "output-file", "query", "search", "select"],
    ...["timeout", "top"],
  ],
  lists: ["field", "header", "raw-field", "scope"],
  aliases: {
    all: "paginate",
    field: "F",
    header: "H",
    help: "h",
    include: "i",
    method: "X",
    output: "o",
    query: "q",
    "raw-field": "f",
  },
};

/** Every flag, by name without dashes. */
export const FLAGS: readonly string[] = [...TABLE.switches, ...TABLE.values, ...TABLE.lists];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** Longer bounds are no bounds. */
const DAY_SECONDS = 86_400;

/** A request as the command line describes it. */
export interface RequestFlags {
  /** HTTP method, in upper case. */
  method: string;
  /** Header fields as they were given, `name: value`. */
  headers: string[];
  /** The file of the body; `-` is standard input. */
  input?: string;
  /** Fields whose values are texts, `key=value`. */
  rawFields: string[];
  /** Fields whose values may have another type, or come from a file. */
  typedFields: string[];
  /** OData query options. */
  odata: ODataOptions;
}

/** How data is written, as the command line describes it. */
export interface OutputFlags {
  /** The format. */
  format: Format;
  /** A JMESPath expression. */
  query?: string;
  /** The file that stands in for standard output. */
  file?: string;
  /** Whether status and header fields come first. */
  include: boolean;
  /** Whether cells that a spreadsheet takes for formulas are made texts. */
  guardFormulas: boolean;
}

/** What the command line asks for. */
export interface CommandLine {
  /** Print the manual. */
  help: boolean;
  /** Print the version. */
  version: boolean;
  /** Print the request instead of sending it. */
  dryRun: boolean;
  /** The config file. */
  configFile?: string;
  /** What to call, one after the other. */
  endpoints: string[];
  /** The file that stands in for `.env`. */
  envFile?: string;
  /** Settings, by flag without dashes. */
  flags: Record<string, string | string[] | undefined>;
  /** The request. */
  request: RequestFlags;
  /** Whether all pages are read, and the most items; `undefined` for the first page alone. */
  all?: { maxItems: number };
  /** How data is written. */
  output: OutputFlags;
  /** Whether Graph may revoke tokens early (continuous access evaluation). */
  cae: boolean;
  /** Bounds of the requests. */
  http: Pick<HttpOptions, "timeout" | "maxRetries" | "maxWait">;
  /** How messages are written. */
  log: LogOptions;
}

/**
 * Reads the arguments.
 *
 * @param args Without the program's name.
 * @returns What they ask for; and beside it the error, `usage`, so that it can be told in the format
 * that they ask for.
 *
 * @example
 * ```ts
 * import { parseCommandLine } from "./command_line.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const { line } = parseCommandLine(["parameters.json", "/users", "--timeout", "5"]);
 * strictEqual(line.configFile, "parameters.json");
 * strictEqual(line.http.timeout, 5_000);
 * ```
 */
export function parseCommandLine(
  args: readonly string[],
): { line: CommandLine; error?: ToolError } {
  const flags = new Flags(args, TABLE);
  const [configFile, ...more] = flags.positionals.filter(isConfigFile);
  if (more.length > 0) flags.fault(`two of config file, "${configFile}" and "${more[0]}"`);
  const line: CommandLine = {
    help: flags.isSet("help"),
    version: flags.isSet("version"),
    dryRun: flags.isSet("dry-run"),
    configFile,
    endpoints: flags.positionals.filter((text) => !isConfigFile(text)),
    envFile: flags.text("env-file"),
    flags: {
      ...Object.fromEntries(SETTING_FLAGS.map((name) => [name, flags.text(name)])),
      scope: flags.texts("scope"),
    },
    request: requestOf(flags),
    all: allOf(flags),
    output: outputOf(flags),
    cae: !flags.isSet("no-cae"),
    http: boundsOf(flags),
    log: {
      verbose: flags.isSet("verbose"),
      quiet: flags.isSet("quiet"),
      format: flags.text("log-format", ["text", "json"]) === "json" ? "json" : "text",
    },
  };
  checkTogether(line, flags);
  return { line, error: flags.error() };
}

/** A URL is an endpoint whatever it ends in. */
function isConfigFile(text: string): boolean {
  return /\.jsonc?$/i.test(text) && !text.includes("://");
}

function requestOf(flags: Flags): RequestFlags {
  const input = flags.text("input");
  const rawFields = flags.texts("raw-field");
  const typedFields = flags.texts("field");
  const hasBody = input !== undefined || rawFields.length + typedFields.length > 0;
  const method = flags.text("method")?.toUpperCase() ?? (hasBody ? "POST" : "GET");
  if (!METHODS.includes(method)) {
    flags.fault(`--method is "${method}", wanted ${METHODS.join(", ")}`);
  }
  return {
    method,
    headers: flags.texts("header"),
    input,
    rawFields,
    typedFields,
    odata: {
      select: flags.text("select"),
      filter: flags.text("filter"),
      top: flags.number("top", { least: 1, most: 1e9, whole: true }),
      orderby: flags.text("orderby"),
      search: flags.text("search"),
      expand: flags.text("expand"),
      count: flags.isSet("count") || undefined,
    },
  };
}

function allOf(flags: Flags): CommandLine["all"] {
  const maxItems = flags.number("max-items", { least: 1, most: 1e9, whole: true });
  if (maxItems === undefined && !flags.isSet("all")) return undefined;
  return { maxItems: maxItems ?? Infinity };
}

function outputOf(flags: Flags): OutputFlags {
  return {
    format: flags.text("output", FORMATS) ?? "json",
    query: flags.text("query"),
    file: flags.text("output-file"),
    include: flags.isSet("include"),
    guardFormulas: flags.isSet("guard-formulas"),
  };
}

function boundsOf(flags: Flags): CommandLine["http"] {
  const timeout = flags.number("timeout", { least: 0.1, most: DAY_SECONDS });
  const maxWait = flags.number("max-wait", { least: 0, most: DAY_SECONDS });
  return {
    timeout: timeout === undefined ? undefined : timeout * 1_000,
    maxWait: maxWait === undefined ? undefined : maxWait * 1_000,
    maxRetries: flags.number("max-retries", { least: 0, most: 100, whole: true }),
  };
}

function checkTogether({ request, all, output, endpoints }: CommandLine, flags: Flags): void {
  const { method } = request;
  if (all !== undefined && method !== "GET") flags.fault(`--all goes with GET, not ${method}`);
  if (all !== undefined && output.include) flags.fault("--all does not go with --include");
  if (endpoints.length > 1 && method !== "GET") {
    flags.fault(`several endpoints go with GET, not ${method}`);
  }
  if (request.input !== undefined && isSafe(method)) {
    flags.fault(`--input does not go with ${method}`);
  }
  if (output.guardFormulas && output.format !== "csv" && output.format !== "tsv") {
    flags.fault("--guard-formulas goes with --output csv or tsv");
  }
}
