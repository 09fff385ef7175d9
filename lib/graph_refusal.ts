/**
 * Tells what a refusal of Graph means, and whose turn it is to mend what.
 *
 * @module
 */

import { type ErrorCode, type ErrorFacts, ToolError } from "./errors.ts";
import type { HttpResponse } from "./http.ts";
import { MAY_BE_DONE, redirectTarget, tryAgainError } from "./http_failure.ts";
import { redactBody, redactUrl } from "./redact.ts";
import { isIdempotent, isRetryable, isSafe } from "./retry.ts";
import type { AccessToken } from "./token.ts";

/** An answer, and what was asked. */
export interface GraphAnswer {
  /** The request, by the name that was sent along with it. */
  request: { method: string; url: string; clientRequestId: string };
  /** The answer. */
  response: HttpResponse;
  /** What the body says, where it was read as JSON already. */
  json?: { value: unknown };
  /** The token that was sent. */
  token: AccessToken;
  /** Whether the token has the claims that Graph asked for. */
  isChallenged?: boolean;
}

/** What a judgement needs to know. */
export interface GraphAnswerContext {
  /** Where an admin consents to the app's permissions. */
  consentUrl: string;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** What Graph's error object says, in the shapes that its services give it. */
export interface Refusal {
  /** Its code, such as `Request_ResourceNotFound`. */
  code?: string;
  /** Its message, which may be empty. */
  message?: string;
  /** Graph's name for the request. */
  requestId?: string;
  /** What is wrong in particular, a line each. */
  details?: string[];
}

/** What is common to all errors about one answer. */
export interface Report {
  /** What was tried, as the beginning of the message. */
  action: string;
  /** What Graph said. */
  facts: ErrorFacts;
  /** Further lines. */
  details: string[];
}

/**
 * Makes the error for an answer that is no success.
 *
 * @param answer The answer, with a status of 300 or more.
 * @param context What a judgement needs to know.
 * @returns The error: `not_found`, `forbidden` or `refused` as Graph says, `refused` also for a
 * redirect, `try_again` when Graph is busy.
 */
export function refusalError(
  answer: GraphAnswer,
  { consentUrl, now }: GraphAnswerContext,
): ToolError {
  const { request, response, token } = answer;
  const { status, headers, body, busy } = response;
  const refusal = readRefusal(body);
  const { action, facts, details } = reportOf(answer, refusal);
  if (status === 304) {
    return new ToolError("refused", `${action}: 304, nothing changed`, {
      hint: "leave out If-None-Match and If-Modified-Since to get it all the same",
      details,
      facts,
    });
  }
  if (status < 400) {
    const target = redirectTarget(headers, request.url);
    return new ToolError("refused", `${action}: ${status} to ${target}, not followed`, {
      hint: "the token is sent to no other address; call the address itself",
      details,
      facts,
    });
  }
  const said = [refusal.code, refusal.message].filter(Boolean).join(", ");
  details.unshift(...refusal.details ?? []);
  // A POST is sent again only when the service had not begun.
  const isRepeated = response.attempts > 1 && isIdempotent(request.method);
  if (isRepeated && !isSafe(request.method)) {
    details.unshift(
      "An earlier attempt may have been carried out; this is the answer to the last one",
    );
  }
  if (said === "" && body !== "") details.unshift(`The answer begins: ${redactBody(body)}`);
  if (busy) {
    if (isUncertain(request.method, status)) details.unshift(MAY_BE_DONE);
    return tryAgainError(action, response, { now, said, facts, details });
  }
  // A page is not Graph's, so no admin of the tenant can help.
  const isPage = /html/i.test(headers.get("content-type") ?? "") ||
    body.trimStart().startsWith("<");
  const isForbidden = status === 403 && !isPage;
  return new ToolError(codeOf(status), `${action}: ${status} ${said || "without a reason"}`, {
    hint: isForbidden
      ? "let an admin add the application permission that this call needs (App registrations > API " +
        `permissions) and consent to it: ${consentUrl}`
      : isPage
      ? "look for a proxy in between: this page is not Graph's"
      : hintOf(status, answer),
    details: isForbidden ? [describeRoles(token.roles), ...details] : details,
    facts,
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 403) return "forbidden";
  return status === 404 || status === 410 ? "not_found" : "refused";
}

function hintOf(status: number, { isChallenged }: GraphAnswer): string | undefined {
  switch (status) {
    case 400:
      return "check path, query options and body of the request";
    case 401:
      if (isChallenged) {
        return "a token with the claims that Graph asked for was refused, too: let an admin check " +
          "whether the app is disabled or at risk, and the Conditional Access for workload identities";
      }
      return "a fresh token was refused, too: check that scope and endpoint name the same resource";
    case 404:
      return "check the path, the id in it, and whether the data is in v1.0 or beta";
  }
}

/** After these nobody knows how far the service came. */
function isUncertain(method: string, status: number): boolean {
  return !isIdempotent(method) && !isRetryable(status, { idempotent: false });
}

function describeRoles(roles: string[] | undefined): string {
  if (roles === undefined) return "The token's application permissions cannot be read";
  return roles.length === 0
    ? "The token has no application permission: none was consented to"
    : `The token has the application permissions ${roles.join(", ")}`;
}

/**
 * Gives what every error about an answer tells.
 *
 * @param answer The answer.
 * @param refusal What Graph's error object says.
 * @returns The beginning of the message, the facts, and the ids that support asks for.
 */
export function reportOf(
  { request, response }: GraphAnswer,
  { code, requestId }: Refusal = {},
): Report {
  const { method, url, clientRequestId } = request;
  const { status, headers } = response;
  const facts = {
    status,
    graphCode: code,
    requestId: headers.get("request-id") ?? requestId,
    clientRequestId,
    date: headers.get("date") ?? undefined,
  };
  const ids = [
    `request-id: ${facts.requestId ?? "none"}`,
    `client-request-id: ${clientRequestId}`,
    `date: ${facts.date ?? "none"}`,
  ];
  const diagnostic = headers.get("x-ms-ags-diagnostic");
  const details = [ids.join(", ")];
  if (diagnostic !== null) details.push(`x-ms-ags-diagnostic: ${diagnostic}`);
  return { action: `Cannot ${method} ${redactUrl(url)}`, facts, details };
}

/** A list as long as a batch helps nobody. */
const MOST_DETAILS = 5;

/** Branches on nothing but the shape: the code stands at `error`, the request at `innerError`. */
function readRefusal(body: string): Refusal {
  try {
    const { error } = Object(JSON.parse(body));
    const { code, message, details, innerError, innererror } = Object(error);
    const requestId = Object(innerError ?? innererror)["request-id"];
    return {
      code: textOf(code),
      message: textOf(message),
      requestId: textOf(requestId),
      details: Array.isArray(details) ? details.slice(0, MOST_DETAILS).map(lineOf) : [],
    };
  } catch {
    return {};
  }
}

function lineOf(detail: unknown): string {
  const { target, code, message } = Object(detail);
  return [target, code, message].flatMap((part) => textOf(part) ?? []).join(": ");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
