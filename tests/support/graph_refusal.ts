/**
 * Errors of the emulated Graph, in its words.
 *
 * @module
 */

import type { RecordedRequest } from "./tls_server.ts";

/** What an error says. */
export interface Refusal {
  code: string;
  message: string;
  /** What is wrong in particular. */
  details?: { code: string; message: string; target: string }[];
}

/** A token that would do if its request carried these claims. */
export class ClaimsChallenge extends Error {
  /** The claims, as JSON. */
  readonly claims: string;

  /** Makes one. */
  constructor(claims: string) {
    super("Continuous access evaluation resulted in a claims challenge");
    this.claims = claims;
  }
}

/** Makes an error in Graph's shape. */
export function refuse(request: RecordedRequest, status: number, refusal: Refusal): Response {
  const requestId = crypto.randomUUID();
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": request.headers.get("client-request-id"),
  };
  return Response.json({ error: { ...refusal, innerError } }, {
    status,
    headers: { "request-id": requestId },
  });
}

/** Makes the error for a token that was not accepted. */
export function refuseToken(request: RecordedRequest, error: unknown): Response {
  if (error instanceof ClaimsChallenge) return challenge(request, error.claims);
  const message = "Access token is empty, or could not be validated.";
  return refuse(request, 401, { code: "InvalidAuthenticationToken", message });
}

/** Asks for a token with these claims: the header in the form that Graph is seen to send. */
export function challenge(request: RecordedRequest, claims: string): Response {
  const message = "Continuous access evaluation resulted in claims challenge with result: " +
    "InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
  const response = refuse(request, 401, { code: "InvalidAuthenticationToken", message });
  const parameters = [
    'realm=""',
    // Graph leaves out the quotation marks (microsoftgraph/msgraph-sdk-dotnet#1416).
    "authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize",
    'client_id="00000003-0000-0000-c000-000000000000"',
    'error="insufficient_claims"',
    `claims="${btoa(claims)}"`,
    `errorDescription="${message}"`,
  ];
  response.headers.set("www-authenticate", `Bearer ${parameters.join(", ")}`);
  return response;
}
