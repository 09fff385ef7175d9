/**
 * What stops an exchange: a network that fails, a service that stays busy, a redirect.
 *
 * @module
 */

import { ToolError, type ToolErrorOptions } from "./errors.ts";

/** What is told of an answer that stayed worth another attempt. */
export interface BusyAnswer {
  /** HTTP status. */
  status: number;
  /** How often the request was sent. */
  attempts: number;
  /** Milliseconds that the service asks to wait. */
  retryAfter?: number;
}

/** What is told of a request that may not be repeated and whose answer is lost. */
export const MAY_BE_DONE = "The request may have been carried out; look before it is sent again";

const TLS_HINT = "name the certificate of your CA or proxy in DENO_CERT, or set " +
  "DENO_TLS_CA_STORE=system to trust the system's store";

/**
 * Gives the reason why no whole answer came. Deno 2.9 tells it in `cause`, older versions in `message`;
 * both repeat the URL.
 *
 * @param error What `fetch` or the body threw.
 * @param timeout Milliseconds that it had.
 * @returns The reason, without a URL.
 */
export function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no whole answer within ${timeout / 1_000} s`;
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^.*client error \(\w+\): /, "").replaceAll(/https?:\/\/\S+/g, "…");
}

/**
 * Makes the error for a request that got no whole answer.
 *
 * @param request Where it was sent, and whether repeating it does no harm.
 * @param failure The reason, and how often it was sent.
 * @returns The error: `config` when the server's certificate is not trusted, `refused` when the answer is
 * too large to be read, else `try_again`.
 */
export function networkError(
  { url, idempotent }: { url: string; idempotent: boolean },
  { reason, attempts }: { reason: string; attempts: number },
): ToolError {
  const action = `Cannot reach ${new URL(url).host}`;
  if (/invalid peer certificate|CA file|certificate store/.test(reason)) {
    return new ToolError("config", `${action}: ${reason}`, { hint: TLS_HINT });
  }
  if (/string too long|invalid string length/i.test(reason)) {
    return new ToolError("refused", `${action}: the answer is too large`, {
      hint: "ask for smaller pages (--top), or for fewer properties (--select)",
    });
  }
  const network = "check the network, the proxy (HTTPS_PROXY, NO_PROXY) and the host's name";
  const unsafe = idempotent ? "" : "; it may have been carried out";
  const state = `${reason}, ${countOf(attempts)}${unsafe}`;
  return new ToolError("try_again", `${action}: ${state}`, {
    hint: `${network}${idempotent ? "" : ", and whether it has been carried out"}, then run again`,
  });
}

/**
 * Makes the error for a request that was ended from outside: who ends it does not know how far it came.
 *
 * @param reason Why it was ended.
 * @param request Whether repeating it does no harm.
 * @returns The reason; one that is a `ToolError` says that the request may have been carried out.
 */
export function endedError(reason: unknown, { idempotent }: { idempotent: boolean }): unknown {
  if (idempotent || !(reason instanceof ToolError)) return reason;
  return reason.with({ details: [MAY_BE_DONE, ...reason.details] });
}

function countOf(attempts: number): string {
  return `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
}

/**
 * Tells where an answer redirects to.
 *
 * @param headers The answer's headers.
 * @param url Where the request was sent.
 * @returns The origin, or `nowhere` when it names none.
 */
export function redirectTarget(headers: Headers, url: string): string {
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
  response: BusyAnswer,
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
