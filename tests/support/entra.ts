/**
 * The emulated token endpoint: Entra's checks, in Entra's order and words, for the client credentials
 * flow. An assertion's signature is really verified.
 *
 * @module
 */

import { decodeProtectedHeader, importX509, jwtVerify, SignJWT } from "jose";

import type { RecordedRequest } from "./tenant.ts";
import { thumbprintOf } from "./certificates.ts";

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
}

const DOMAIN = "contoso.onmicrosoft.com";

/** Signs the emulated tokens; whatever tenant issued one, every emulated Graph accepts it. */
const SIGNING_KEY = crypto.getRandomValues(new Uint8Array(32));

/** Answers a request to `/{tenant}/oauth2/v2.0/token`. */
export async function answerTokenRequest(request: RecordedRequest, app: App): Promise<Response> {
  const tenant = request.url.pathname.split("/")[1];
  const form = new URLSearchParams(request.body);
  const refusal = tenant !== app.tenantId && tenant !== DOMAIN
    ? refuse(90002, `Tenant '${tenant}' not found.`, "invalid_request")
    : checkRequest(form, app) ?? await checkCredential(request.url, form, app);
  if (refusal !== undefined) return refusal;
  const audience = String(form.get("scope")).replace(/\/\.default$/, "");
  return Response.json({
    token_type: "Bearer",
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: await signToken(app, audience),
  });
}

/** Signs a token as the emulated tenant does. */
export async function signToken(app: App, audience: string): Promise<string> {
  const { clientId, tenantId: tid, roles } = app;
  return await new SignJWT({ appid: clientId, tid, ...(roles.length === 0 ? {} : { roles }) })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setAudience(audience).setIssuedAt().setExpirationTime("1h").setJti(crypto.randomUUID())
    .sign(SIGNING_KEY);
}

/** Gives the roles of a token that the emulated tenant has signed. */
export async function verifyToken(token: string): Promise<string[]> {
  const { payload } = await jwtVerify<{ roles?: string[] }>(token, SIGNING_KEY);
  return payload.roles ?? [];
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
