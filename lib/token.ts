/**
 * Gets an app-only token with MSAL, by the client credentials flow. MSAL builds and signs the
 * request and caches the answer; sending, retrying and judging are ours, since its own client
 * follows redirects with the secret and refuses further requests for a minute after one failure.
 *
 * @module
 */

import type { NetworkRequestOptions, NetworkResponse, NodeAuthOptions } from "@azure/msal-node";

import { adminConsentUrl, type Authority } from "./cloud.ts";
import type { Settings } from "./config.ts";
import type { ClientCredential } from "./credential.ts";
import { ToolError } from "./errors.ts";
import type { HttpClient } from "./http.ts";
import type { Log } from "./log.ts";
import { requireEnv } from "./permissions.ts";
import { redactBody, withoutSecrets } from "./redact.ts";
import { Secret } from "./secret.ts";
import { isTransientRefusal, missingTokenError, readTokenAnswer } from "./token_answer.ts";

/** A token, and what is known of it. */
export interface AccessToken {
  /** The token. */
  value: Secret;
  /** When it ends, in milliseconds since 1970. */
  expiresOn: number;
  /** Application permissions that it carries; `undefined` when it cannot be read. */
  roles?: string[];
}

/** What a {@linkcode TokenSource} works with. */
export interface TokenOptions {
  /** Who issues the token, to which app, for what. */
  settings: Pick<Settings, "authority" | "cloud" | "clientId" | "scopes">;
  /** How the app proves who it is. */
  credential: ClientCredential;
  /** Sends the requests. */
  http: HttpClient;
  /** Takes warnings. */
  log: Log;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** MSAL looks for these whatever it is asked; the permission set lets it find nothing. */
const MSAL_VARIABLES = ["ProgramData", "ProgramFiles", "MSAL_FORCE_REGION", "REGION_NAME"];

type MsalClient = InstanceType<
  typeof import("@azure/msal-node").ConfidentialClientApplication
>;

/** Gives tokens: a cached one while it lasts, a new one when it must. */
export class TokenSource {
  readonly #options: TokenOptions;
  readonly #consentUrl: string;
  /** The last acquisition under way. Those who want the same share it; others come after it. */
  #pending?: { token: Promise<AccessToken>; fresh: boolean };
  #client?: MsalClient;
  #last?: AccessToken;
  /** What stopped MSAL's last exchange; MSAL itself keeps only part of it. */
  #failure?: unknown;

  /**
   * Makes a source of tokens. Nothing is sent, and MSAL is not loaded, before a token is asked for.
   *
   * @param options Whose tokens, and how to get them.
   */
  constructor(options: TokenOptions) {
    this.#options = options;
    this.#consentUrl = adminConsentUrl(options.settings);
  }

  /**
   * Gives a token. While the last one is valid it is given even if a new one cannot be had.
   *
   * @param options Set `fresh` after the resource refused the last token.
   * @returns The token.
   * @throws {ToolError} `no_token` when the app is refused, `try_again` when the service is busy or
   * out of reach, `config` or `permission` when it may not be reached from here.
   */
  async get({ fresh = false }: { fresh?: boolean } = {}): Promise<AccessToken> {
    const current = this.#pending;
    if (current?.fresh === fresh) return await current.token;
    const token = Promise.resolve(current?.token).catch(() => {}).then(() => this.#acquire(fresh));
    const pending = { token, fresh };
    this.#pending = pending;
    try {
      return await token;
    } finally {
      if (this.#pending === pending) this.#pending = undefined;
    }
  }

  async #acquire(fresh: boolean): Promise<AccessToken> {
    const { settings: { scopes }, log, now = Date.now } = this.#options;
    this.#client ??= await this.#load();
    this.#failure = undefined;
    try {
      const result = await this.#client.acquireTokenByClientCredential({
        scopes,
        skipCache: fresh,
      });
      if (result === null) throw missingTokenError(this.#options.settings.authority.url);
      this.#last = {
        value: new Secret(result.accessToken),
        expiresOn: result.expiresOn?.getTime() ?? now(),
        roles: readRoles(result.accessToken),
      };
      return this.#last;
    } catch (error) {
      const failure = this.#failure ?? error;
      if (!fresh && this.#last !== undefined && this.#last.expiresOn > now()) {
        const reason = failure instanceof Error ? failure.message : String(failure);
        log.warning(`The token could not be renewed, and the last one is still valid: ${reason}`);
        return this.#last;
      }
      // What our own exchange threw, such as the reason of an abort, is no error of MSAL's.
      if (this.#failure !== undefined || error instanceof ToolError) throw failure;
      throw fromMsal(error);
    }
  }

  async #load(): Promise<MsalClient> {
    requireEnv(MSAL_VARIABLES);
    const { default: { ConfidentialClientApplication, ProtocolMode } } = await import("./msal.cts");
    const { settings: { authority, clientId }, credential } = this.#options;
    return new ConfidentialClientApplication({
      auth: { clientId, ...authorityOptions(authority), ...credentialOptions(credential) },
      system: {
        protocolMode: authority.kind === "oidc" ? ProtocolMode.OIDC : ProtocolMode.AAD,
        networkClient: {
          sendGetRequestAsync: (url, options) => this.#send("GET", url, options),
          sendPostRequestAsync: (url, options) => this.#send("POST", url, options),
        },
      },
    });
  }

  async #send<T>(
    method: string,
    url: string,
    { headers, body }: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    const { http, now } = this.#options;
    const context = { url, consentUrl: this.#consentUrl, now };
    const form = new URLSearchParams(body);
    const secrets = ["client_secret", "client_assertion"].flatMap((name) => form.get(name) ?? []);
    try {
      if (URL.parse(url)?.protocol !== "https:") throw insecureError(url);
      const request = { method, url, headers, body, idempotent: true };
      const response = await http.send({ ...request, isTransient: isTransientRefusal });
      const answer = readTokenAnswer(response, context);
      if (method === "POST" && !isToken(answer.access_token)) throw missingTokenError(url);
      return { status: response.status, headers: {}, body: answer as T };
    } catch (error) {
      this.#failure = withoutSecrets(error, secrets);
      throw this.#failure;
    }
  }
}

/**
 * All endpoints of Entra follow from the authority's URL, so that MSAL has nothing to discover, on
 * whatever host; those of an OpenID provider it looks up itself.
 */
function authorityOptions({ kind, url }: Authority): Partial<NodeAuthOptions> {
  const knownAuthorities = [new URL(url).host];
  switch (kind) {
    case "entra":
      return {
        authority: url,
        knownAuthorities,
        authorityMetadata: JSON.stringify({
          issuer: `${url}/v2.0`,
          authorization_endpoint: `${url}/oauth2/v2.0/authorize`,
          token_endpoint: `${url}/oauth2/v2.0/token`,
          jwks_uri: `${url}/discovery/v2.0/keys`,
        }),
      };
    case "oidc":
      return { authority: url, knownAuthorities };
  }
}

function credentialOptions(credential: ClientCredential): Partial<NodeAuthOptions> {
  switch (credential.kind) {
    case "secret":
      return { clientSecret: credential.secret.reveal() };
    case "certificate": {
      const { thumbprint: { hash, hex }, privateKey } = credential;
      const thumbprint = hash === "sha256" ? { thumbprintSha256: hex } : { thumbprint: hex };
      return { clientCertificate: { ...thumbprint, privateKey: privateKey.reveal() } };
    }
  }
}

/** What can be a Bearer token (RFC 6750, section 2.1), or at least a header's value. */
function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
}

/** A discovered endpoint may be anywhere, but not in the clear. */
function insecureError(url: string): ToolError {
  return new ToolError(
    "no_token",
    `Cannot get a token: the endpoint ${redactBody(url)} is not https`,
    {
      hint: "check oidc_authority: its OpenID configuration must name https endpoints",
    },
  );
}

/** MSAL's own errors say little more than their code, and those that it does not expect still less. */
function fromMsal(error: unknown): ToolError {
  const { name, errorCode = name } = error as { name?: string; errorCode?: string };
  return new ToolError("no_token", `Cannot get a token: MSAL gives up with ${errorCode}`, {
    hint: "check the authority: its answers, such as an OpenID configuration, must name their " +
      "endpoints, and an issuer on the same host",
  });
}

/** Graph's tokens are JWTs in practice, but nobody promises it. */
function readRoles(token: string): string[] | undefined {
  try {
    const payload = Uint8Array.fromBase64(token.split(".")[1], { alphabet: "base64url" });
    const { roles = [] } = JSON.parse(new TextDecoder().decode(payload));
    return Array.isArray(roles) ? roles.map(String) : undefined;
  } catch {
    return undefined;
  }
}
