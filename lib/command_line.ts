/**
 * Reads the command line. No flag takes a secret: other users of the machine see the arguments.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

import { ToolError } from "./errors.ts";
import type { HttpOptions } from "./http.ts";
import type { LogOptions } from "./log.ts";
import { nearest } from "./nearest.ts";

const SWITCHES = ["help", "version", "verbose", "quiet"];

/** Flags that set one setting, and those that take a value otherwise. */
const SETTING_FLAGS = ["tenant-id", "client-id", "cloud", "certificate"];
const VALUE_FLAGS = ["env-file", "timeout", "max-retries", "max-wait", "log-format"];

/** Every flag, by name without dashes. */
export const FLAGS: readonly string[] = [...SWITCHES, ...SETTING_FLAGS, ...VALUE_FLAGS, "scope"];

const SECRET_LIKE = /secret|password|passphrase|token|credential/i;

/** Longer bounds are no bounds. */
const DAY_SECONDS = 86_400;

/** What the command line asks for. */
export interface CommandLine {
  /** Print the manual. */
  help: boolean;
  /** Print the version. */
  version: boolean;
  /** The config file. */
  configFile?: string;
  /** What to call. */
  endpoint?: string;
  /** The file that stands in for `.env`. */
  envFile?: string;
  /** Settings, by flag without dashes. */
  flags: Record<string, string | string[] | undefined>;
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
 * import { equal } from "node:assert/strict";
 *
 * const { line } = parseCommandLine(["parameters.json", "/users", "--timeout", "5"]);
 * equal(line.configFile, "parameters.json");
 * equal(line.http.timeout, 5_000);
 * ```
 */
export function parseCommandLine(args: string[]): { line: CommandLine; error?: ToolError } {
  const flags = new Flags(args);
  const timeout = flags.number("timeout", { least: 0.1, most: DAY_SECONDS });
  const maxWait = flags.number("max-wait", { least: 0, most: DAY_SECONDS });
  const isJson = flags.text("log-format", ["text", "json"]) === "json";
  const line: CommandLine = {
    help: flags.isSet("help"),
    version: flags.isSet("version"),
    configFile: flags.positional("config file", isConfigFile),
    endpoint: flags.positional("endpoint", (text) => !isConfigFile(text)),
    envFile: flags.text("env-file"),
    flags: {
      ...Object.fromEntries(SETTING_FLAGS.map((name) => [name, flags.text(name)])),
      scope: flags.texts("scope"),
    },
    http: {
      timeout: timeout === undefined ? undefined : timeout * 1_000,
      maxWait: maxWait === undefined ? undefined : maxWait * 1_000,
      maxRetries: flags.number("max-retries", { least: 0, most: 100, whole: true }),
    },
    log: {
      verbose: flags.isSet("verbose"),
      quiet: flags.isSet("quiet"),
      format: isJson ? "json" : "text",
    },
  };
  return { line, error: flags.error() };
}

/** A URL is an endpoint whatever it ends in. */
function isConfigFile(text: string): boolean {
  return /\.jsonc?$/i.test(text) && !text.includes("://");
}

/** The parsed arguments, and what is wrong with them. */
class Flags {
  readonly #parsed: Record<string, unknown>;
  readonly #positionals: string[];
  readonly #faults = new Set<string>();

  constructor(args: string[]) {
    // parseArgs keeps positionals under "_", and fails when a flag claims that name.
    const plain = args.filter((argument) => !/^(--_|-[^-=]*_|-=.*_)/s.test(argument));
    if (plain.length < args.length) this.#faults.add(unknownFlag("_"));
    this.#parsed = parseArgs(plain, {
      boolean: SWITCHES,
      string: [...SETTING_FLAGS, ...VALUE_FLAGS, "scope", "_"],
      collect: ["scope"],
      alias: { help: "h" },
      unknown: (argument: string, key?: string): boolean => {
        if (key === undefined) return true;
        this.#faults.add(unknownFlag(argument));
        return false;
      },
    });
    this.#positionals = [this.#parsed._ ?? []].flat().map(String);
  }

  isSet(name: string): boolean {
    return this.#parsed[name] === true;
  }

  positional(what: string, isMeant: (text: string) => boolean): string | undefined {
    const [first, ...more] = this.#positionals.filter(isMeant);
    if (more.length > 0) this.#faults.add(`two of ${what}, "${first}" and "${more[0]}"`);
    return first;
  }

  texts(name: string): string[] {
    const values = [this.#parsed[name] ?? []].flat().map(String);
    if (values.includes("")) this.#faults.add(`--${name} has no value`);
    return values;
  }

  text(name: string, choices?: string[]): string | undefined {
    const value = this.texts(name).at(-1);
    if (value && choices?.includes(value) === false) {
      this.#faults.add(`--${name} is "${value}", wanted ${choices.join(" or ")}`);
    }
    return value;
  }

  number(
    name: string,
    { least, most, whole = false }: { least: number; most: number; whole?: boolean },
  ): number | undefined {
    const text = this.text(name);
    if (!text) return undefined;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? "a whole number" : "seconds";
    this.#faults.add(`--${name} is "${text}", wanted ${kind} from ${least} to ${most}`);
  }

  error(): ToolError | undefined {
    // The value of a flag that is empty comes as a positional, too.
    if (this.#faults.size === 0 && this.#positionals.includes("")) {
      this.#faults.add("an argument is empty");
    }
    if (this.#faults.size === 0) return undefined;
    const message = `Cannot read the command line: ${[...this.#faults].join("; ")}`;
    return new ToolError("usage", message, { hint: "see graph-daemon --help" });
  }
}

/** The value is not repeated: it may be the secret that should not be there. */
function unknownFlag(argument: string): string {
  const flag = /^--[a-z-]+(?==|$)|^-[a-z]/i.exec(argument)?.[0] ?? "of that form";
  if (SECRET_LIKE.test(flag)) {
    return `${flag} does not exist, since other users see the arguments; set AZURE_CLIENT_SECRET, ` +
      '"secret" or "secret_file" instead';
  }
  const known = nearest(flag.replace(/^-+/, ""), FLAGS);
  return `unknown flag ${flag}${known === undefined ? "" : `, did you mean --${known}?`}`;
}
