/**
 * May a request be sent again, and when? Pure functions; waiting is done in http.ts.
 *
 * @module
 */

const RETRYABLE_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** With these the service says that it has not begun, so that even a POST may be sent again. */
const NOT_BEGUN_STATUSES = new Set([429, 503]);

/** Repeating these changes nothing (RFC 9110, section 9.2.2). */
const IDEMPOTENT_METHODS = new Set(["GET", "HEAD", "PUT", "DELETE"]);

/** These ask for nothing to be changed (RFC 9110, section 9.2.1). */
const SAFE_METHODS = new Set(["GET", "HEAD"]);

/** First and longest bound of a wait that no service asked for, in milliseconds. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

/** Some thirty years: longer waits have no date. */
const LONGEST_MS = 1e12;

/**
 * Tells whether a request only reads.
 *
 * @param method The HTTP method.
 * @returns `true` for GET and HEAD.
 */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Tells whether a request can be repeated without harm.
 *
 * @param method The HTTP method.
 * @returns `false` for POST and PATCH.
 */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/**
 * Tells whether a failed request may be sent again.
 *
 * @param status HTTP status, or `undefined` when no answer came.
 * @param request Whether repeating it does no harm.
 * @returns Whether it may.
 *
 * @example
 * ```ts
 * import { isRetryable } from "./retry.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(isRetryable(502, { idempotent: true }), true);
 * strictEqual(isRetryable(502, { idempotent: false }), false);
 * strictEqual(isRetryable(503, { idempotent: false }), true);
 * ```
 */
export function isRetryable(
  status: number | undefined,
  { idempotent }: { idempotent: boolean },
): boolean {
  if (status === undefined) return idempotent;
  return (idempotent ? RETRYABLE_STATUSES : NOT_BEGUN_STATUSES).has(status);
}

/**
 * Reads how long a service asks to wait. A date is measured by the service's own clock where the
 * answer tells it.
 *
 * @param headers The answer's headers.
 * @param now This machine's clock, in milliseconds.
 * @returns Milliseconds, or `undefined` when the header is missing or cannot be read.
 *
 * @example
 * ```ts
 * import { readRetryAfter } from "./retry.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(readRetryAfter(new Headers({ "retry-after": "2.128" }), 0), 2_128);
 * strictEqual(readRetryAfter(new Headers({ "retry-after": "Thu, 01 Jan 1970 00:00:05 GMT" }), 0), 5_000);
 * ```
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), LONGEST_MS);
  const until = Date.parse(text);
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) || Number.isNaN(until)) return undefined;
  const serverNow = Date.parse(headers.get("date") ?? "");
  return Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}

/**
 * Gives the wait before a retry that no service asked for: full jitter below a bound that doubles.
 *
 * @param attempt How many attempts failed, from 1.
 * @param random A number from 0 up to, but not including, 1.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { backoff } from "./retry.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(backoff(3, 0.5), 2_000);
 * ```
 */
export function backoff(attempt: number, random: number): number {
  return Math.round(random * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1)));
}
