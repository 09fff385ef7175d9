/**
 * Judges what a token endpoint answered: a token, or whose turn it is to mend what.
 *
 * @module
 */

import { explainAadsts } from "./aadsts.ts";
import { type ErrorFacts, ToolError } from "./errors.ts";
import type { HttpAnswer, HttpResponse } from "./http.ts";
import { redirectTarget, tryAgainError } from "./http_failure.ts";
import { redactBody, redactUrl } from "./redact.ts";

const ACTION = "Cannot get a token";

/** How the request was made. */
export interface TokenRequestContext {
  /** Where it was sent. */
  url: string;
  /** Where an admin consents to the app's permissions. */
  consentUrl: string;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** The error members of RFC 6749, section 5.2, and those that Entra adds. */
interface Refusal {
  error: string;
  description: string;
  facts: ErrorFacts;
}

/**
 * Tells whether a refusal passes by itself although its HTTP status does not say so.
 *
 * @param answer The answer.
 * @returns Whether another attempt is worth it.
 */
export function isTransientRefusal({ body }: HttpAnswer): boolean {
  const refusal = readRefusal(body);
  const { aadsts } = refusal?.facts ?? {};
  return refusal?.error === "temporarily_unavailable" ||
    (aadsts !== undefined && explainAadsts(aadsts)?.transient === true);
}

/**
 * Reads the JSON object that a token endpoint, or the OpenID configuration, answers with.
 *
 * @param response The answer.
 * @param context How the request was made.
 * @returns The object.
 * @throws {ToolError} `no_token` when the request was refused or sent elsewhere; `try_again` when
 * the service is busy, or something else answers in its place.
 */
export function readTokenAnswer(
  response: HttpResponse,
  context: TokenRequestContext,
): Record<string, unknown> {
  const { status, headers, body } = response;
  const refusal = status >= 400 ? readRefusal(body) : undefined;
  const shown = redactUrl(context.url);
  if (response.busy) {
    const { facts } = refusal ?? {};
    const said = refusal && `${refusal.error}: ${refusal.description}`;
    const details = refusal !== undefined
      ? [`correlation_id: ${facts?.correlationId ?? "none"}`]
      : body === ""
      ? []
      : [`The answer begins: ${redactBody(body)}`];
    throw tryAgainError(`${ACTION}: ${shown} answered`, response, {
      now: context.now,
      said,
      facts,
      details,
    });
  }
  if (status >= 300 && status < 400) {
    const target = redirectTarget(headers, context.url);
    throw new ToolError("no_token", `${ACTION}: ${shown} redirects to ${target}, not followed`, {
      hint: "name the authority's own address; the credential is sent nowhere else",
    });
  }
  if (refusal !== undefined) throw refused(refusal, context);
  const value = status === 200 ? readObject(body) : undefined;
  if (value !== undefined) return value;
  const type = headers.get("content-type") ?? "no content type";
  const state = `${shown} answered ${status} (${type}), not the JSON of a token service`;
  throw new ToolError(status === 200 ? "try_again" : "no_token", `${ACTION}: ${state}`, {
    details: [`The answer begins: ${redactBody(body)}`],
    hint: "look for a proxy or sign-in page in between, and check the authority's URL",
  });
}

/**
 * Makes the error for an answer that tells of success and brings no token.
 *
 * @param url Where the request was sent.
 * @returns The error, `no_token`.
 */
export function missingTokenError(url: string): ToolError {
  return new ToolError(
    "no_token",
    `${ACTION}: ${redactUrl(url)} answered without a usable access_token`,
    {
      hint: "check the authority's URL; this is not how a token endpoint answers",
    },
  );
}

/**
 * Tells whether a value can be a Bearer token (RFC 6750, section 2.1), or at least a header's value.
 *
 * @param value What stands for a token.
 * @returns Whether it can.
 */
export function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
}

/**
 * Reads the application permissions that a token carries. Graph's tokens are JWTs in practice, but
 * nobody promises it.
 *
 * @param token The token.
 * @returns The permissions, or `undefined` when they cannot be read.
 */
export function readRoles(token: string): string[] | undefined {
  try {
    const payload = Uint8Array.fromBase64(token.split(".")[1], { alphabet: "base64url" });
    const { roles = [] } = JSON.parse(new TextDecoder().decode(payload));
    return Array.isArray(roles) ? roles.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function refused({ error, description, facts }: Refusal, context: TokenRequestContext): ToolError {
  const { aadsts } = facts;
  const reason = aadsts === undefined ? undefined : explainAadsts(aadsts);
  const number = aadsts === undefined ? error : `AADSTS${aadsts}`;
  const fix = reason?.fix ?? "look the error up at https://login.microsoftonline.com/error";
  return new ToolError(
    "no_token",
    `${ACTION}: ${reason?.cause ?? "the request was refused"} (${number})`,
    {
      details: [
        `error: ${error}`,
        `error_description: ${description}`,
        `correlation_id: ${facts.correlationId ?? "none"}`,
      ],
      hint: reason?.consent ? `${fix}: ${context.consentUrl}` : fix,
      facts,
    },
  );
}

function readRefusal(body: string): Refusal | undefined {
  const value = readObject(body);
  if (typeof value?.error !== "string") return undefined;
  const description = textOf(value.error_description) ?? "none";
  const numbers: unknown[] = Array.isArray(value.error_codes) ? value.error_codes : [];
  const aadsts = Number(/AADSTS(\d+)/.exec(description)?.[1] ?? numbers[0]);
  return {
    error: value.error,
    description,
    facts: {
      oauthError: value.error,
      aadsts: Number.isInteger(aadsts) ? aadsts : undefined,
      correlationId: textOf(value.correlation_id),
      traceId: textOf(value.trace_id),
      date: textOf(value.timestamp),
    },
  };
}

function readObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
