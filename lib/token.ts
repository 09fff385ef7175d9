/**
 * Gets an app-only token with MSAL, by the client credentials flow. MSAL builds and signs the
 * request and caches the answer; sending, retrying and judging are ours, since its own client
 * follows redirects with the secret and refuses further requests for a minute after one failure.
 *
 * @module
 */

import type { NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";

import { adminConsentUrl } from "./cloud.ts";
import type { Settings } from "./config.ts";
import type { ClientCredential } from "./credential.ts";
import { EXIT_CODES, ToolError } from "./errors.ts";
import type { HttpClient } from "./http.ts";
import type { Log } from "./log.ts";
import { authorityOptions, credentialOptions } from "./msal_options.ts";
import { requireEnv } from "./permissions.ts";
import { redactBody, withoutSecrets } from "./redact.ts";
import { Secret } from "./secret.ts";
import {
  isToken,
  isTransientRefusal,
  missingTokenError,
  readRoles,
  readTokenAnswer,
} from "./token_answer.ts";

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
  /** Whether the resource may revoke tokens early, by claims challenges. @default {true} */
  cae?: boolean;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** What a token is wanted for. */
export interface TokenWish {
  /** Whether the resource refused the last token. @default {false} */
  fresh?: boolean;
  /** The claims, as JSON text, that the resource asked for when it did. */
  claims?: string;
}

/** A token that ends within these milliseconds is replaced; MSAL takes the same. */
const LAST_MS = 300_000;

/** After a renewal that failed the last token serves so long, if it lasts, before the next attempt. */
const RENEWAL_PAUSE_MS = 60_000;

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
  #pending?: { token: Promise<AccessToken>; wish: string | boolean };
  #client?: MsalClient;
  #last?: AccessToken;
  /** Whether the acquisition under way is a renewal before its time. */
  #canDoWithout = false;
  /** Until when the last token is given without asking MSAL, in milliseconds since 1970. */
  #lastUntil = 0;
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
   * @param options What the resource said of the last token.
   * @returns The token.
   * @throws {ToolError} `no_token` when the app is refused, `try_again` when the service is busy or
   * out of reach, `config` or `permission` when it may not be reached from here.
   */
  async get({ fresh = false, claims }: TokenWish = {}): Promise<AccessToken> {
    const wish = claims ?? fresh;
    const { now = Date.now } = this.#options;
    if (wish === false && this.#last !== undefined && now() < this.#lastUntil) return this.#last;
    const current = this.#pending;
    if (current?.wish === wish) return await current.token;
    const acquired = () => this.#acquire({ fresh, claims });
    const token = Promise.resolve(current?.token).catch(() => {}).then(acquired);
    const pending = { token, wish };
    this.#pending = pending;
    try {
      return await token;
    } finally {
      if (this.#pending === pending) this.#pending = undefined;
    }
  }

  async #acquire({ fresh, claims }: TokenWish): Promise<AccessToken> {
    const { settings: { scopes }, log, now = Date.now } = this.#options;
    this.#client ??= await this.#load();
    this.#failure = undefined;
    const isValid = this.#last !== undefined && this.#last.expiresOn > now();
    this.#canDoWithout = isValid && !fresh && claims === undefined;
    try {
      const result = await this.#client.acquireTokenByClientCredential({
        scopes,
        skipCache: fresh,
        claims,
      });
      if (result === null) throw missingTokenError(this.#options.settings.authority.url);
      const expiresOn = result.expiresOn?.getTime() ?? now();
      this.#last = {
        value: new Secret(result.accessToken),
        expiresOn,
        roles: readRoles(result.accessToken),
      };
      this.#lastUntil = Math.min(expiresOn - LAST_MS, result.refreshOn?.getTime() ?? Infinity);
      return this.#last;
    } catch (error) {
      const failure = this.#failure ?? error;
      const isEnded = failure instanceof ToolError && EXIT_CODES[failure.code] > 128;
      if (this.#canDoWithout && !isEnded && this.#last !== undefined) {
        this.#lastUntil = Math.min(this.#last.expiresOn, now() + RENEWAL_PAUSE_MS);
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
    const { settings: { authority, clientId }, credential, cae = true } = this.#options;
    return new ConfidentialClientApplication({
      auth: {
        clientId,
        clientCapabilities: cae ? ["cp1"] : [],
        ...authorityOptions(authority),
        ...credentialOptions(credential),
      },
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
      // While the last token serves, a renewal is not worth the run's budget of waiting.
      const maxRetries = this.#canDoWithout ? 0 : undefined;
      const response = await http.send({ ...request, maxRetries, isTransient: isTransientRefusal });
      const answer = readTokenAnswer(response, context);
      if (method === "POST" && !isToken(answer.access_token)) throw missingTokenError(url);
      return { status: response.status, headers: {}, body: answer as T };
    } catch (error) {
      this.#failure = withoutSecrets(error, secrets);
      throw this.#failure;
    }
  }
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
