/**
 * One HTTP exchange: sent again within a budget, bounded by a timeout, never redirected. Requests
 * for tokens go through here too.
 *
 * @module
 */

import { watchBody } from "./body.ts";
import { ToolError } from "./errors.ts";
import { endedError, networkError, reasonOf } from "./http_failure.ts";
import { Log } from "./log.ts";
import { requireNet } from "./permissions.ts";
import { hideSecrets, redactUrl } from "./redact.ts";
import { backoff, isIdempotent, isRetryable, readRetryAfter } from "./retry.ts";

/** Options of {@linkcode HttpClient}. */
export interface HttpOptions {
  /** Milliseconds for one attempt, its body included; for a stream, see `isStream`. @default {30_000} */
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
  /** Whether the URL as such opens what it names, so that only its origin may be shown. */
  isSecret?: boolean;
  /** Header fields. */
  headers?: Record<string, string>;
  /** Body. */
  body?: string | Uint8Array<ArrayBuffer>;
  /** Whether repeating it does no harm. @default {what the method says} */
  idempotent?: boolean;
  /** Finds a passing fault that the status does not tell. */
  isTransient?: (answer: HttpAnswer) => boolean;
  /** Finds an answer whose body is passed on as it comes; the timeout is then for each KiB. */
  isStream?: (head: HttpHead) => boolean;
  /** How often it is sent again. @default {what the client's options say} */
  maxRetries?: number;
  /** Ends this request. */
  signal?: AbortSignal;
}

/** Options of {@linkcode HttpClient.pause}. */
export interface PauseOptions extends Pick<HttpRequest, "maxRetries" | "signal"> {
  /** Milliseconds that the service asks to wait. @default {a backoff} */
  retryAfter?: number;
}

type SentRequest = HttpRequest & { idempotent: boolean };

/** What comes before the body of an answer. */
export interface HttpHead {
  /** HTTP status. */
  status: number;
  /** Header fields. */
  headers: Headers;
}

/** The answer to one attempt, whatever its status. */
export interface HttpAnswer extends HttpHead {
  /** The whole body; nothing where it is a stream. */
  body: string;
  /** The body as it comes, where the request wants it so. It throws what `send` throws. */
  stream?: ReadableStream<Uint8Array<ArrayBuffer>>;
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
   * not trusted; `permission` when Deno does not allow the host. The reason of a signal that ends it
   * is thrown as it is.
   */
  async send(given: HttpRequest): Promise<HttpResponse> {
    const { now = Date.now } = this.#options;
    const { idempotent = isIdempotent(given.method) } = given;
    const request = { ...given, idempotent };
    requireNet([request.url]);
    for (let attempts = 1;; attempts++) {
      const outcome = await this.#attempt(request, attempts);
      const isError = outcome instanceof ToolError;
      // A body that is streamed has not been seen yet.
      const isSeen = !isError && outcome.stream === undefined;
      const isTransient = isSeen && request.isTransient?.(outcome) === true;
      const mayRepeat = isError
        ? outcome.code === "try_again" && isRetryable(undefined, { idempotent })
        : isTransient || isRetryable(outcome.status, { idempotent });
      const retryAfter = isError ? undefined : readRetryAfter(outcome.headers, now());
      const { maxRetries, signal } = given;
      if (mayRepeat && await this.pause(attempts, { retryAfter, maxRetries, signal })) continue;
      if (isError) throw outcome;
      const { status } = outcome;
      const busy = isTransient || status >= 500 || isRetryable(status, { idempotent: true });
      return { ...outcome, busy, retryAfter };
    }
  }

  /**
   * Waits before another attempt, where the budget has room for it.
   *
   * @param attempts How many attempts failed, from 1.
   * @param options Milliseconds that the service asks to wait, how often the request is sent again, and
   * what ends the wait.
   * @returns Whether another attempt may be made.
   */
  async pause(
    attempts: number,
    { retryAfter, maxRetries, signal }: PauseOptions = {},
  ): Promise<boolean> {
    const { random = Math.random, sleep = delay } = this.#options;
    const most = maxRetries ?? this.#options.maxRetries ?? 4;
    const wait = retryAfter ?? backoff(attempts, random());
    if (attempts > most || wait > this.#waitLeft) return false;
    this.#waitLeft -= wait;
    this.#log.detail(`waiting ${wait} ms before attempt ${attempts + 1}`, { wait });
    const ends = AbortSignal.any([this.#options.signal ?? [], signal ?? []].flat());
    await sleep(wait, ends).catch((error) => {
      ends.throwIfAborted();
      throw error;
    });
    return true;
  }

  async #attempt(request: SentRequest, attempts: number): Promise<HttpAnswer | ToolError> {
    const { fetch = globalThis.fetch, now = Date.now, timeout = 30_000 } = this.#options;
    const begin = now();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new DOMException("", "TimeoutError")), timeout);
    const signals = [this.#options.signal ?? [], request.signal ?? []].flat();
    const failureOf = (error: unknown): unknown => {
      const ended = signals.find(({ aborted }) => aborted);
      if (ended !== undefined) return endedError(ended.reason, request);
      const reason = reasonOf(error, timeout);
      this.#detail(request, attempts, { reason, ms: now() - begin });
      return networkError(request, { reason, attempts });
    };
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
        signal: AbortSignal.any([deadline.signal, ...signals]),
        client,
      });
      const { status, headers } = response;
      const source = request.isStream?.({ status, headers }) ? response.body : null;
      const content = source === null ? { body: await response.text() } : {
        body: "",
        stream: watchBody(source, {
          timeout,
          onStall: (reason) => deadline.abort(reason),
          toError: failureOf,
        }),
      };
      this.#detail(request, attempts, { status, ms: now() - begin, ...idsOf(headers) });
      return { status, headers, ...content, attempts };
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof ToolError) return failure;
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  #detail(
    { method, url, isSecret, headers }: HttpRequest,
    attempt: number,
    facts: { status?: number; reason?: string; ms: number; requestId?: string },
  ): void {
    if (!this.#log.isVerbose) return;
    const { status, reason, ms, requestId } = facts;
    const id = requestId === undefined ? "" : `, request-id ${requestId}`;
    // A link of a careless service may have the token in its path.
    const token = headers?.authorization?.replace(/^Bearer /, "") ?? "";
    const shown = isSecret ? `${new URL(url).origin}/…` : hideSecrets(redactUrl(url), [token]);
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

/** Loaded only when there is something to wait for. */
async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  const { setTimeout } = await import("node:timers/promises");
  await setTimeout(ms, undefined, { signal });
}
