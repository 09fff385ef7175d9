/**
 * The failures that graph-daemon expects, and the exit code that tells a scheduler who has to act.
 *
 * @module
 */

/** What kind of failure it is; each kind has one exit code. */
export type ErrorCode =
  | "usage"
  | "config"
  | "permission"
  | "not_found"
  | "no_token"
  | "forbidden"
  | "refused"
  | "try_again"
  | "interrupted"
  | "terminated";

/**
 * The exit code of each kind of failure: 75 is `EX_TEMPFAIL` of sysexits.h, the last two are what a shell
 * gives for SIGINT and SIGTERM.
 */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  config: 2,
  permission: 2,
  not_found: 3,
  no_token: 4,
  forbidden: 5,
  refused: 6,
  try_again: 75,
  interrupted: 130,
  terminated: 143,
};

/** What a service said about a refusal, by the names that its support asks for. */
export interface ErrorFacts {
  /** HTTP status of the answer. */
  status?: number;
  /** Graph's own error code, such as `Authorization_RequestDenied`. */
  graphCode?: string;
  /** The token endpoint's OAuth error code. */
  oauthError?: string;
  /** The number behind `AADSTS`. */
  aadsts?: number;
  /** Graph's name for the request. */
  requestId?: string;
  /** The name that was sent along with the request. */
  clientRequestId?: string;
  /** The token endpoint's name for the request. */
  correlationId?: string;
  /** The token endpoint's second name for the request. */
  traceId?: string;
  /** The service's clock at its answer. */
  date?: string;
  /** Seconds after which the service asks to come back. */
  retryAfter?: number;
}

/** Options of {@linkcode ToolError}. */
export interface ToolErrorOptions extends ErrorOptions {
  /** What the reader can do about it, as a sentence without a full stop. */
  hint?: string;
  /** Further lines for the reader. */
  details?: readonly string[];
  /** What a service said. */
  facts?: ErrorFacts;
}

/** A failure that a user can act upon; everything else that is thrown is a bug. */
export class ToolError extends Error {
  /** Names the class, also in minified builds. */
  override name = "ToolError";
  /** The kind of failure. */
  readonly code: ErrorCode;
  /** What the reader can do about it. */
  readonly hint?: string;
  /** Further lines for the reader. */
  readonly details: readonly string[];
  /** What a service said. */
  readonly facts: ErrorFacts;

  /**
   * Makes an error whose message reads `Action: state`.
   *
   * @param code The kind of failure.
   * @param message The action, a colon, and the state that stopped it.
   * @param options Hint, details, facts and cause.
   */
  constructor(code: ErrorCode, message: string, options: ToolErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
    this.facts = options.facts ?? {};
  }

  /**
   * Gives the same error with some of it replaced.
   *
   * @param changes What is replaced.
   * @returns The error.
   */
  with({ message = this.message, ...changes }: ToolErrorOptions & { message?: string }): ToolError {
    const { hint, details, facts, cause } = this;
    return new ToolError(this.code, message, { hint, details, facts, cause, ...changes });
  }
}

/**
 * Says what in the command line cannot be read.
 *
 * @param fault What is wrong.
 * @param hint What to write instead.
 * @returns The error, `usage`.
 */
export function usageError(fault: string, hint = "see graph-daemon --help"): ToolError {
  return new ToolError("usage", `Cannot read the command line: ${fault}`, { hint });
}
