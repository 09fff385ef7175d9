/**
 * One HTTP exchange: sent again within a budget, bounded by a timeout, never redirected. Requests
 * for tokens go through here too.
 *
 * @module
 */

import { ToolError, type ToolErrorOptions } from "./errors.ts";
import { Log } from "./log.ts";
import { requireNet } from "./permissions.ts";
import { redactUrl } from "./redact.ts";
import { backoff, isIdempotent, isRetryable, readRetryAfter } from "./retry.ts";

/** Options of {@linkcode HttpClient}. */
export interface HttpOptions {
  /** Milliseconds for one attempt, its body included. @default {30_000} */
  timeout?: number;
  /** How often one request is sent again. @default {4} */
  maxRetries?: number;
  /** Milliseconds waited between attempts, over all requests of this client. @default {120_000} */
  maxWait?: number;
  /** Ends every request under way. */
  signal?: AbortSignal;
  /** Takes a detail for each attempt. */
  log?: Log;
  /** Sends a request. @default {globalThis.fetch} */
  fetch?: typeof fetch;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
  /** Waits some milliseconds. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Number from 0 up to 1. @default {Math.random} */
  random?: () => number;
}

/** One request. */
export interface HttpRequest {
  /** HTTP method, in upper case. */
  method: string;
  /** An https URL. */
  url: string;
  /** Header fields. */
  headers?: Record<string, string>;
  /** Body. */
  body?: string;
  /** Whether repeating it does no harm. @default {what the method says} */
  idempotent?: boolean;
  /** Finds a passing fault that the status does not tell. */
  isTransient?: (answer: HttpAnswer) => boolean;
}

type SentRequest = HttpRequest & { idempotent: boolean };

/** The answer to one attempt, whatever its status. */
export interface HttpAnswer {
  /** HTTP status. */
  status: number;
  /** Header fields. */
  headers: Headers;
  /** The whole body. */
  body: string;
  /** How often the request was sent. */
  attempts: number;
}

/** The last answer to a request. */
export interface HttpResponse extends HttpAnswer {
  /** Whether the service could not serve the request now (408, 429, 5xx, or the request's judge). */
  busy: boolean;
  /** Milliseconds that the service asks to wait. */
  retryAfter?: number;
}

const TLS_HINT = "name the certificate of your CA or proxy in DENO_CERT, or set " +
  "DENO_TLS_CA_STORE=system to trust the system's store";

/** Sends requests; holds the budget of waiting that they share. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #log: Log;
  #waitLeft: number;

  /**
   * Makes a client.
   *
   * @param options Bounds, and the world to run in.
   */
  constructor(options: HttpOptions = {}) {
    this.#options = options;
    this.#log = options.log ?? new Log(() => {});
    this.#waitLeft = options.maxWait ?? 120_000;
  }

  /**
   * Sends a request until it gets an answer that is not worth another attempt, or the budget ends.
   *
   * @param given The request.
   * @returns The last answer.
   * @throws {ToolError} `try_again` when no answer came; `config` when the server's certificate is
   * not trusted; `permission` when Deno does not allow the host.
   */
  async send(given: HttpRequest): Promise<HttpResponse> {
    const { maxRetries = 4, now = Date.now, random = Math.random, sleep = delay } = this.#options;
    const { idempotent = isIdempotent(given.method) } = given;
    const request = { ...given, idempotent };
    requireNet([request.url]);
    for (let attempts = 1;; attempts++) {
      const outcome = await this.#attempt(request, attempts);
      const isError = outcome instanceof ToolError;
      const isTransient = !isError && request.isTransient?.(outcome) === true;
      const mayRepeat = isError
        ? outcome.code === "try_again" && isRetryable(undefined, { idempotent })
        : isTransient || isRetryable(outcome.status, { idempotent });
      const retryAfter = isError ? undefined : readRetryAfter(outcome.headers, now());
      const wait = retryAfter ?? backoff(attempts, random());
      if (!mayRepeat || attempts > maxRetries || wait > this.#waitLeft) {
        if (isError) throw outcome;
        const { status } = outcome;
        const busy = isTransient || status >= 500 || isRetryable(status, { idempotent: true });
        return { ...outcome, busy, retryAfter };
      }
      this.#waitLeft -= wait;
      this.#log.detail(`waiting ${wait} ms before attempt ${attempts + 1}`, { wait });
      await sleep(wait, this.#options.signal);
    }
  }

  async #attempt(request: SentRequest, attempts: number): Promise<HttpAnswer | ToolError> {
    const { fetch = globalThis.fetch, now = Date.now, timeout = 30_000, signal } = this.#options;
    const begin = now();
    // Deno's fetch repeats a request by itself when a pooled connection turns out to be dead; a fresh
    // connection keeps it from repeating what must not be, and gets a retry past a sick server.
    const mustBeFresh = attempts > 1 || !request.idempotent;
    try {
      using client = mustBeFresh ? Deno.createHttpClient({ poolMaxIdlePerHost: 0 }) : undefined;
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        redirect: "manual",
        signal: AbortSignal.any([AbortSignal.timeout(timeout), signal ?? []].flat()),
        client,
      });
      const { status, headers } = response;
      const body = await response.text();
      this.#detail(request, attempts, { status, ms: now() - begin, ...idsOf(headers) });
      return { status, headers, body, attempts };
    } catch (error) {
      signal?.throwIfAborted();
      const reason = reasonOf(error, timeout);
      this.#detail(request, attempts, { reason, ms: now() - begin });
      return failure(request, { reason, attempts });
    }
  }

  #detail(
    { method, url }: HttpRequest,
    attempt: number,
    facts: { status?: number; reason?: string; ms: number; requestId?: string },
  ): void {
    const { status, reason, ms, requestId } = facts;
    const id = requestId === undefined ? "" : `, request-id ${requestId}`;
    const shown = redactUrl(url);
    this.#log.detail(
      `${method} ${shown}: ${status ?? reason} in ${ms} ms, attempt ${attempt}${id}`,
      { method, url: shown, attempt, ...facts },
    );
  }
}

/** A header that holds something else than an id may hold what was sent. */
function idsOf(headers: Headers): { requestId?: string } {
  const requestId = headers.get("request-id") ?? headers.get("x-ms-request-id") ?? "";
  return /^[0-9a-f-]{1,64}$/i.test(requestId) ? { requestId } : {};
}

/** Deno 2.9 tells the reason in `cause`, older versions in `message`; both repeat the URL. */
function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no whole answer within ${timeout / 1_000} s`;
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^.*client error \(\w+\): /, "").replaceAll(/https?:\/\/\S+/g, "…");
}

function failure(
  { url, idempotent }: SentRequest,
  { reason, attempts }: { reason: string; attempts: number },
): ToolError {
  const action = `Cannot reach ${new URL(url).host}`;
  if (/invalid peer certificate|CA file|certificate store/.test(reason)) {
    return new ToolError("config", `${action}: ${reason}`, { hint: TLS_HINT });
  }
  const unsafe = idempotent ? "" : "; it may have been carried out";
  const state = `${reason}, ${countOf(attempts)}${unsafe}`;
  return new ToolError("try_again", `${action}: ${state}`, {
    hint:
      "check the network, the proxy (HTTPS_PROXY, NO_PROXY) and the host's name, then run again",
  });
}

function countOf(attempts: number): string {
  return `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
}

/** Loaded only when there is something to wait for. */
async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  const { setTimeout } = await import("node:timers/promises");
  await setTimeout(ms, undefined, { signal });
}

/**
 * Tells where an answer redirects to.
 *
 * @param response The answer.
 * @param url Where the request was sent.
 * @returns The origin, or `nowhere` when it names none.
 */
export function redirectTarget({ headers }: HttpResponse, url: string): string {
  const location = headers.get("location");
  return (location === null ? undefined : URL.parse(location, url)?.origin) ?? "nowhere";
}

/**
 * Makes the error for an answer that stayed worth another attempt until the budget ended.
 *
 * @param action What was tried, as the beginning of the message.
 * @param response The last answer.
 * @param options This machine's clock, and what the service said.
 * @returns The error, `try_again`; it tells when to come back.
 */
export function tryAgainError(
  action: string,
  response: HttpResponse,
  options: Pick<ToolErrorOptions, "facts" | "details"> & { now?: () => number; said?: string },
): ToolError {
  const { now = Date.now, said, facts, details } = options;
  const { status, attempts, retryAfter } = response;
  const seconds = retryAfter === undefined ? undefined : Math.ceil(retryAfter / 1_000);
  const when = seconds === undefined
    ? "run again in some minutes"
    : `run again in ${seconds} s (after ${new Date(now() + seconds * 1_000).toISOString()})`;
  const state = `${status}${said ? ` ${said}` : ""}, ${countOf(attempts)}`;
  return new ToolError("try_again", `${action}: ${state}; ${when}`, {
    details,
    facts: { ...facts, retryAfter: seconds },
  });
}
