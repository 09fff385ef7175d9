/**
 * Judges what Graph answered: the data, or whose turn it is to mend what.
 *
 * @module
 */

import { type ErrorCode, type ErrorFacts, ToolError } from "./errors.ts";
import { type HttpResponse, redirectTarget, tryAgainError } from "./http.ts";
import { parseJson } from "./json.ts";
import { redactBody, redactUrl } from "./redact.ts";
import type { AccessToken } from "./token.ts";

/** An answer, and what was asked. */
export interface GraphAnswer {
  /** The request, by the name that was sent along with it. */
  request: { method: string; url: string; clientRequestId: string };
  /** The answer. */
  response: HttpResponse;
  /** The token that was sent. */
  token: AccessToken;
}

/** What a judgement needs to know. */
export interface GraphAnswerContext {
  /** Where an admin consents to the app's permissions. */
  consentUrl: string;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** What Graph's error object says, in the shapes that its services give it. */
interface Refusal {
  code?: string;
  message?: string;
  requestId?: string;
}

/** What is common to all errors about one answer. */
interface Report {
  action: string;
  facts: ErrorFacts;
  details: string[];
}

/**
 * Reads the JSON that Graph answers with.
 *
 * @param answer The answer.
 * @param context What a judgement needs to know.
 * @returns The value; `undefined` for an answer without content (204).
 * @throws {ToolError} `not_found`, `forbidden` or `refused` as Graph says; `refused` also for a
 * redirect, and for an answer of another type; `try_again` when Graph is busy, or something else
 * answers in its place.
 */
export function readGraphAnswer(answer: GraphAnswer, context: GraphAnswerContext): unknown {
  const { status, body } = answer.response;
  if (status === 204) return undefined;
  if (status >= 300) throw refused(answer, context);
  try {
    return parseJson(body);
  } catch {
    throw notJson(answer);
  }
}

function notJson(answer: GraphAnswer): ToolError {
  const { status, headers, body } = answer.response;
  const { action, facts, details } = reportOf(answer, {});
  const type = headers.get("content-type") ?? "no content type";
  // An HTML page or half an answer is not Graph's, so it may pass; another type is to stay.
  const mayPass = /json|html/i.test(type);
  return new ToolError(
    mayPass ? "try_again" : "refused",
    `${action}: answered ${status} (${type}), not JSON`,
    {
      hint: mayPass
        ? "look for a proxy or sign-in page in between, then run again"
        : "call an endpoint that answers with JSON",
      details: [`The answer begins: ${redactBody(body)}`, ...details],
      facts,
    },
  );
}

function refused(answer: GraphAnswer, { consentUrl, now }: GraphAnswerContext): ToolError {
  const { request, response, token } = answer;
  const { status, headers, body, busy } = response;
  const refusal = readRefusal(body);
  const { action, facts, details } = reportOf(answer, refusal);
  if (status < 400) {
    const target = redirectTarget(response, request.url);
    return new ToolError("refused", `${action}: ${status} to ${target}, not followed`, {
      hint: "the token is sent to no other address; call the address itself",
      details,
      facts,
    });
  }
  const said = [refusal.code, refusal.message].filter(Boolean).join(", ");
  if (said === "" && body !== "") details.unshift(`The answer begins: ${redactBody(body)}`);
  if (busy) return tryAgainError(action, response, { now, said, facts, details });
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
      : hintOf(status),
    details: isForbidden ? [describeRoles(token.roles), ...details] : details,
    facts,
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 403) return "forbidden";
  return status === 404 || status === 410 ? "not_found" : "refused";
}

function hintOf(status: number): string | undefined {
  switch (status) {
    case 400:
      return "check the query options of the endpoint";
    case 401:
      return "a fresh token was refused, too: check that scope and endpoint name the same resource";
    case 404:
      return "check the path, the id in it, and whether the data is in v1.0 or beta";
  }
}

function describeRoles(roles: string[] | undefined): string {
  if (roles === undefined) return "The token's application permissions cannot be read";
  return roles.length === 0
    ? "The token has no application permission: none was consented to"
    : `The token has the application permissions ${roles.join(", ")}`;
}

function reportOf({ request, response }: GraphAnswer, { code, requestId }: Refusal): Report {
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

/** Branches on nothing but the shape: the code stands at `error`, the request at `innerError`. */
function readRefusal(body: string): Refusal {
  try {
    const { error } = Object(JSON.parse(body));
    const { code, message, innerError, innererror } = Object(error);
    const requestId = Object(innerError ?? innererror)["request-id"];
    return { code: textOf(code), message: textOf(message), requestId: textOf(requestId) };
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
