/**
 * Messages for people and machines, one line each, on whatever sink the caller gives: errors always,
 * notices and warnings unless quiet, details of each exchange when verbose.
 *
 * @module
 */

import { EXIT_CODES, ToolError } from "./errors.ts";
import { withoutUnseen } from "./unseen.ts";

/** Options of {@linkcode Log}. */
export interface LogOptions {
  /** `text` for people, `json` for one JSON object a line. @default {"text"} */
  format?: "text" | "json";
  /** Shows each exchange. @default {false} */
  verbose?: boolean;
  /** Shows errors only. @default {false} */
  quiet?: boolean;
  /** Clock for the time stamps of the JSON format. @default {Date.now} */
  now?: () => number;
}

type Level = "error" | "warning" | "notice" | "detail";

const TITLES: Readonly<Record<Level, string>> = {
  error: "Error: ",
  warning: "Warning: ",
  notice: "Notice: ",
  detail: "",
};

/** In UTF-16 units; a service may send megabytes as its reason. */
const LONGEST_LINE = 4_000;

/** Writes messages to one sink. */
export class Log {
  readonly #write: (line: string) => void;
  readonly #options: LogOptions;

  /**
   * Makes a log.
   *
   * @param write Takes one line, without its line end.
   * @param options Format and level.
   */
  constructor(write: (line: string) => void, options: LogOptions = {}) {
    this.#write = write;
    this.#options = options;
  }

  /**
   * Tells what someone should look at although the run goes on.
   *
   * @param message One line.
   */
  warning(message: string): void {
    if (!this.#options.quiet) this.#line("warning", message);
  }

  /**
   * Tells what the run does other than the reader may expect.
   *
   * @param message One line.
   */
  notice(message: string): void {
    if (!this.#options.quiet) this.#line("notice", message);
  }

  /** Whether details are shown. */
  get isVerbose(): boolean {
    return this.#options.verbose === true && this.#options.quiet !== true;
  }

  /**
   * Tells one step, for `--verbose`.
   *
   * @param message One line.
   * @param facts The same step as named values, for the JSON format.
   */
  detail(message: string, facts: Record<string, unknown> = {}): void {
    if (this.isVerbose) this.#line("detail", message, facts);
  }

  /**
   * Tells why the run failed. A failure that nobody expected is called a bug; no stack is shown.
   *
   * @param error What was thrown.
   */
  failure(error: unknown): void {
    if (!(error instanceof ToolError)) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#line("error", `Cannot go on: unexpected fault, please report it (${reason})`, {
        exitCode: 1,
      });
      return;
    }
    const { code, hint, details, facts, message } = error;
    if (this.#options.format === "json") {
      this.#line("error", message, { code, exitCode: EXIT_CODES[code], hint, details, ...facts });
      return;
    }
    this.#line("error", message);
    for (const detail of details) this.#write(oneLine(`  ${detail}`));
    if (hint !== undefined) this.#write(oneLine(`  Fix: ${hint}`));
  }

  #line(level: Level, message: string, facts: Record<string, unknown> = {}): void {
    if (this.#options.format !== "json") return this.#write(oneLine(TITLES[level] + message));
    const time = new Date((this.#options.now ?? Date.now)()).toISOString();
    this.#write(JSON.stringify({ time, level, message, ...facts }));
  }
}

/** A service's text must neither break the line nor steer the terminal. */
function oneLine(text: string): string {
  return withoutUnseen(text.slice(0, LONGEST_LINE));
}
