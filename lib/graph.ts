/**
 * One authorised request to Graph: the token goes to the configured origin only, and a refused token is
 * replaced once.
 *
 * @module
 */

import { adminConsentUrl } from "./cloud.ts";
import type { Settings } from "./config.ts";
import { ToolError } from "./errors.ts";
import { type GraphAnswer, readGraphAnswer } from "./graph_answer.ts";
import type { HttpClient } from "./http.ts";
import { withoutSecrets } from "./redact.ts";
import type { TokenSource } from "./token.ts";

/** What a {@linkcode GraphClient} works with. */
export interface GraphOptions {
  /** Whose data, and on which origin. */
  settings: Pick<Settings, "authority" | "cloud" | "clientId" | "endpoint">;
  /** Gives tokens. */
  tokens: Pick<TokenSource, "get">;
  /** Sends the requests. */
  http: HttpClient;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** One request to Graph. */
export interface GraphRequest {
  /** HTTP method. @default {"GET"} */
  method?: string;
  /** An absolute URL on the configured origin. */
  url: URL;
}

/** Calls Graph. */
export class GraphClient {
  readonly #options: GraphOptions;
  readonly #consentUrl: string;

  /**
   * Makes a client.
   *
   * @param options Whose data, and how to get it.
   */
  constructor(options: GraphOptions) {
    this.#options = options;
    this.#consentUrl = adminConsentUrl(options.settings);
  }

  /**
   * Sends a request.
   *
   * @param request The request.
   * @returns The answer's JSON; `undefined` for an answer without content (204).
   * @throws {ToolError} `refused` for a URL on another origin; what {@linkcode readGraphAnswer},
   * {@linkcode HttpClient.send} and {@linkcode TokenSource.get} throw.
   */
  async request({ method = "GET", url }: GraphRequest): Promise<unknown> {
    this.#checkOrigin(url);
    const request = { method, url: url.href, clientRequestId: crypto.randomUUID() };
    let answer = await this.#send(request, { fresh: false });
    if (answer.response.status === 401) answer = await this.#send(request, { fresh: true });
    try {
      return readGraphAnswer(answer, { consentUrl: this.#consentUrl, now: this.#options.now });
    } catch (error) {
      throw withoutSecrets(error, [answer.token.value.reveal()]);
    }
  }

  #checkOrigin(url: URL): void {
    const { origin } = this.#options.settings.endpoint;
    if (url.origin === origin && url.username + url.password === "") return;
    throw new ToolError("refused", `Cannot call ${url.origin}: the token is for ${origin} alone`, {
      hint: `name a path, or a URL below ${origin}`,
    });
  }

  async #send(request: GraphAnswer["request"], options: { fresh: boolean }): Promise<GraphAnswer> {
    const token = await this.#options.tokens.get(options);
    const response = await this.#options.http.send({
      method: request.method,
      url: request.url,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token.value.reveal()}`,
        "client-request-id": request.clientRequestId,
      },
    });
    return { request, response, token };
  }
}
