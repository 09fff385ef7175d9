/**
 * The emulated token endpoint: Entra's checks, in Entra's order and words, for the client credentials
 * flow. An assertion's signature is really verified.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import { decodeProtectedHeader, importX509, jwtVerify, SignJWT } from "jose";

import { type KeyPair, thumbprintOf } from "./certificates.ts";
import { ClaimsChallenge } from "./graph_refusal.ts";
import type { RecordedRequest } from "./tls_server.ts";

/** An app that is registered with the emulated tenant. */
export interface App {
  clientId: string;
  tenantId: string;
  secret: string;
  /** Whether the secret is over. */
  secretExpired: boolean;
  /** Registered certificates, as PEM. */
  certificates: string[];
  /** Application permissions that an admin has consented to. */
  roles: string[];
  /** How many tokens were issued; each carries its number. */
  issued: number;
  /** Tokens up to this number are refused. */
  revoked: number;
  /** What the request of a token must have asked for, as JSON. */
  claims?: string;
}

/** What a token carries, besides the registered claims. */
interface TokenClaims {
  roles?: string[];
  /** The token's number. */
  number: number;
  /** What the client says that it can do: `cp1` is continuous access evaluation. */
  xms_cc?: string[];
  /** What else the request asked for. */
  requested?: Record<string, unknown>;
}

const DOMAIN = "contoso.onmicrosoft.com";

/** Signs the emulated tokens; whatever tenant issued one, every emulated Graph accepts it. */
const SIGNING_KEY = crypto.getRandomValues(new Uint8Array(32));

/** Registers an app with a secret and a certificate. */
export function makeApp({ certificate }: KeyPair): App {
  return {
    clientId: crypto.randomUUID(),
    tenantId: crypto.randomUUID(),
    // The characters that Entra puts into secrets, and those that break parsers of .env.
    secret: `q8Q~${crypto.randomUUID().replaceAll("-", ".")}_$#`,
    secretExpired: false,
    certificates: [certificate],
    roles: ["User.Read.All"],
    issued: 0,
    revoked: 0,
  };
}

/** Gives the quickstart's parameters.json of an app. */
export function parametersOf(
  { tenantId, clientId, secret }: App,
  origin: string,
): Record<string, unknown> {
  return {
    authority: `${origin}/${tenantId}`,
    client_id: clientId,
    scope: ["https://graph.microsoft.com/.default"],
    secret,
    endpoint: `${origin}/v1.0/users`,
  };
}

/** Answers a request to `/{tenant}/oauth2/v2.0/token`. */
export async function answerTokenRequest(request: RecordedRequest, app: App): Promise<Response> {
  const tenant = request.url.pathname.split("/")[1];
  const form = new URLSearchParams(request.body);
  const refusal = tenant !== app.tenantId && tenant !== DOMAIN
    ? refuse(90002, `Tenant '${tenant}' not found.`, "invalid_request")
    : checkRequest(form, app) ?? await checkCredential(request.url, form, app);
  if (refusal !== undefined) return refusal;
  const claims = form.get("claims") ?? undefined;
  const requested = claims === undefined ? {} : readClaims(claims);
  if (requested === undefined) {
    const text = `Invalid request. The claims request parameter value '${claims}' is invalid.`;
    return refuse(901001, text, "invalid_request");
  }
  const audience = String(form.get("scope")).replace(/\/\.default$/, "");
  return Response.json({
    token_type: "Bearer",
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: await signToken(app, audience, requested),
  });
}

/** Signs a token as the emulated tenant does; `requested` is what its request asked for. */
export async function signToken(
  app: App,
  audience: string,
  { xms_cc, ...requested }: Record<string, { values?: string[] }> = {},
): Promise<string> {
  const { clientId, tenantId: tid, roles } = app;
  const claims: TokenClaims = {
    ...(roles.length === 0 ? {} : { roles }),
    number: ++app.issued,
    ...(xms_cc === undefined ? {} : { xms_cc: xms_cc.values }),
    requested,
  };
  return await new SignJWT({ appid: clientId, tid, ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setAudience(audience).setIssuedAt().setExpirationTime("1h").setJti(crypto.randomUUID())
    .sign(SIGNING_KEY);
}

/** Gives the roles of a token that the emulated tenant has signed, and that was not revoked since. */
export async function verifyToken(token: string, app: App): Promise<string[]> {
  const { payload } = await jwtVerify<TokenClaims>(token, SIGNING_KEY);
  const { roles = [], number, requested } = payload;
  const { claims, revoked } = app;
  const isEnough = claims === undefined || isDeepStrictEqual(requested, readClaims(claims));
  if (number <= revoked || !isEnough) {
    throw claims === undefined ? new Error("The token is revoked") : new ClaimsChallenge(claims);
  }
  app.claims = undefined;
  return roles;
}

/** Reads the claims that a request for a token may carry. */
function readClaims(text: string): Record<string, { values?: string[] }> | undefined {
  try {
    return JSON.parse(text).access_token;
  } catch {
    return undefined;
  }
}

function checkRequest(form: URLSearchParams, app: App): Response | undefined {
  const [clientId, scope = ""] = [form.get("client_id"), form.get("scope") ?? undefined];
  if (form.get("grant_type") !== "client_credentials") {
    return refuse(70003, "The app requested an unsupported grant type.", "unsupported_grant_type");
  }
  if (clientId !== app.clientId) {
    const text = `Application with identifier '${clientId}' was not found in the directory.`;
    return refuse(700016, text, "unauthorized_client");
  }
  if (!scope.endsWith("/.default")) {
    const text = `The provided value for scope ${scope} is not valid. Client credential flows ` +
      "must have a scope value with /.default suffixed to the resource identifier.";
    return refuse(1002012, text, "invalid_scope");
  }
  if (!/^https:\/\/(graph\.microsoft\.com|127\.0\.0\.1:\d+)\/\.default$/.test(scope)) {
    const text = `The resource principal named ${scope} was not found in the tenant.`;
    return refuse(500011, text, "invalid_resource");
  }
}

async function checkCredential(
  url: URL,
  form: URLSearchParams,
  app: App,
): Promise<Response | undefined> {
  const [secret, assertion] = [form.get("client_secret"), form.get("client_assertion")];
  if (assertion !== null) return await checkAssertion(assertion, url, app);
  if (secret === null) {
    const text = "The request body must contain: 'client_assertion' or 'client_secret'.";
    return refuse(7000218, text);
  }
  if (secret !== app.secret) return refuse(7000215, "Invalid client secret provided.");
  if (app.secretExpired) return refuse(7000222, "The provided client secret keys are expired.");
}

async function checkAssertion(
  assertion: string,
  url: URL,
  app: App,
): Promise<Response | undefined> {
  const header = decodeProtectedHeader(assertion);
  const certificate = app.certificates.find((pem) =>
    header["x5t#S256"] === base64Url(thumbprintOf(pem, "sha256")) ||
    header.x5t === base64Url(thumbprintOf(pem))
  );
  if (certificate === undefined) {
    return refuse(700027, "Client assertion failed signature validation: the key was not found.");
  }
  const alg = String(header.alg);
  try {
    await jwtVerify(assertion, await importX509(certificate, alg), {
      algorithms: ["PS256", "RS256"],
      issuer: app.clientId,
      subject: app.clientId,
      audience: url.origin + url.pathname,
      requiredClaims: ["exp", "jti"],
      // Entra forgives clocks that differ by some minutes.
      clockTolerance: 300,
    });
  } catch (error) {
    return refuse(700027, `Client assertion failed signature validation: ${error}`);
  }
}

function base64Url(hex: string): string {
  return Uint8Array.fromHex(hex).toBase64({ alphabet: "base64url", omitPadding: true });
}

function refuse(number: number, text: string, error = "invalid_client"): Response {
  const ids = { trace_id: crypto.randomUUID(), correlation_id: crypto.randomUUID() };
  const timestamp = `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
  const description = `AADSTS${number}: ${text} Trace ID: ${ids.trace_id} ` +
    `Correlation ID: ${ids.correlation_id} Timestamp: ${timestamp}`;
  return Response.json({
    error,
    error_description: description,
    error_codes: [number],
    timestamp,
    ...ids,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  }, { status: error === "invalid_client" ? 401 : 400 });
}
