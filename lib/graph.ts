/**
 * One authorised request to Graph: the token goes to the configured origin only, a refused token is
 * replaced once, and a download is followed to its pre-authenticated address without the token.
 *
 * @module
 */

import { readClaimsChallenge } from "./challenge.ts";
import { adminConsentUrl } from "./cloud.ts";
import type { Settings } from "./config.ts";
import { readDownloadAnswer } from "./download_answer.ts";
import { ToolError } from "./errors.ts";
import {
  type GraphContent,
  isBytes,
  isJson,
  notJsonError,
  readGraphAnswer,
  readJson,
} from "./graph_answer.ts";
import type { GraphAnswer } from "./graph_refusal.ts";
import type { HttpClient, HttpHead } from "./http.ts";
import { requireNet } from "./permissions.ts";
import { hideSecrets, withoutSecrets } from "./redact.ts";
import type { TokenSource, TokenWish } from "./token.ts";

/** What a {@linkcode GraphClient} works with. */
export interface GraphOptions {
  /** Whose data, and on which origin. */
  settings: Pick<Settings, "authority" | "cloud" | "clientId" | "origin">;
  /** Gives tokens. */
  tokens: Pick<TokenSource, "get">;
  /** Sends the requests. */
  http: HttpClient;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** One request to Graph. */
export interface GraphRequest {
  /** HTTP method, in upper case. @default {"GET"} */
  method?: string;
  /** An absolute URL on the configured origin. */
  url: URL;
  /** Header fields, by name in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** Body. */
  body?: string | Uint8Array<ArrayBuffer>;
  /** Ends this request. */
  signal?: AbortSignal;
  /** Takes status and header fields of the last answer, whatever it says, before the body is read. */
  onHead?: (head: HttpHead) => void | Promise<void>;
}

/** What Graph answered. */
export interface GraphResponse extends HttpHead {
  /** The body. */
  content: GraphContent;
}

/** What was sent, over all attempts of one request. */
interface Sent {
  /** The name that the request has for Graph. */
  id: string;
  /** The tokens. */
  secrets: string[];
}

/** These answer with a redirect to a pre-authenticated address (driveItem-get-content, reports). */
const DOWNLOADS = /\/content$|\/reports\/get\w+(\(.*\))?$/i;

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
   * Sends a request whose answer is JSON.
   *
   * @param request The request.
   * @returns The answer's JSON; `undefined` for an answer without content (204).
   * @throws {ToolError} What {@linkcode GraphClient.send} throws; `refused` for another type.
   */
  async request(request: GraphRequest): Promise<unknown> {
    const { content, ...head } = await this.send(request);
    switch (content.kind) {
      case "json":
        return content.value;
      case "empty":
        return undefined;
      case "bytes":
        await content.stream.cancel();
        throw notJsonError(request.url, head);
    }
  }

  /**
   * Sends a request.
   *
   * @param request The request.
   * @returns The answer: JSON, bytes as they come, or nothing.
   * @throws {ToolError} `refused` for a URL on another origin; what {@linkcode readGraphAnswer},
   * {@linkcode readDownloadAnswer}, {@linkcode HttpClient.send} and {@linkcode TokenSource.get} throw.
   */
  async send(request: GraphRequest): Promise<GraphResponse> {
    this.#checkOrigin(request.url);
    const sent = { id: crypto.randomUUID(), secrets: [] };
    const answer = await this.#exchange(request, sent);
    const { response } = answer;
    const address = response.status >= 300 && response.status < 400
      ? this.#downloadAddress(request, response)
      : undefined;
    if (address !== undefined) return await this.#download(request, address);
    await request.onHead?.(hiding(response, sent.secrets));
    try {
      const context = { consentUrl: this.#consentUrl, now: this.#options.now };
      const content = readGraphAnswer(answer, context);
      return { status: response.status, headers: response.headers, content };
    } catch (error) {
      throw withoutSecrets(error, sent.secrets);
    }
  }

  /**
   * Waits before a request is sent again, within the budget of the run.
   *
   * @param attempts How many attempts failed, from 1.
   * @param signal Ends the wait.
   * @returns Whether it may be sent again.
   */
  async pause(attempts: number, signal?: AbortSignal): Promise<boolean> {
    return await this.#options.http.pause(attempts, { signal });
  }

  #checkOrigin(url: URL): void {
    const { origin } = this.#options.settings;
    if (url.origin === origin && url.username + url.password === "") return;
    throw new ToolError("refused", `Cannot call ${url.origin}: the token is for ${origin} alone`, {
      hint: `name a path, or a URL below ${origin}`,
    });
  }

  /** A refused token is replaced; the one that replaces it may be challenged once. */
  async #exchange(request: GraphRequest, sent: Sent): Promise<GraphAnswer> {
    let answer = await this.#send(request, { ...sent, wish: {} });
    let claims = challengeOf(answer);
    if (answer.response.status === 401 && claims === undefined) {
      answer = await this.#send(request, { ...sent, wish: { fresh: true } });
      claims = challengeOf(answer);
    }
    if (claims === undefined) return answer;
    return await this.#send(request, { ...sent, wish: { claims } });
  }

  async #send(
    { method = "GET", url, headers, body, signal }: GraphRequest,
    { id, secrets, wish }: Sent & { wish: TokenWish },
  ): Promise<GraphAnswer> {
    const token = await this.#options.tokens.get(wish);
    secrets.push(token.value.reveal());
    const sent = {
      accept: "application/json, */*;q=0.5",
      "client-request-id": id,
      ...headers,
      authorization: `Bearer ${token.value.reveal()}`,
    };
    let json: GraphAnswer["json"];
    const response = await this.#options.http.send({
      method,
      url: url.href,
      headers: sent,
      body,
      signal,
      isStream: (head) => isBytes(url, head),
      // A body that was cut off may end as if it were whole.
      isTransient: ({ status, headers, body }) => {
        json = undefined;
        if (method !== "GET" || status !== 200 || !isJson(headers)) return false;
        json = readJson(body);
        return json === undefined;
      },
    });
    const request = { method, url: url.href, clientRequestId: sent["client-request-id"] };
    return { request, response, json, token, isChallenged: wish.claims !== undefined };
  }

  #downloadAddress({ method = "GET", url }: GraphRequest, { headers }: HttpHead): URL | undefined {
    const address = URL.parse(headers.get("location") ?? "", url);
    const isDownload = method === "GET" && DOWNLOADS.test(url.pathname);
    return isDownload && address?.protocol === "https:" ? address : undefined;
  }

  /** Neither token nor the request's own headers go along, but for the range of bytes. */
  async #download(request: GraphRequest, address: URL): Promise<GraphResponse> {
    const { authority, origin } = this.#options.settings;
    requireNet([authority.url, origin, address.href]);
    const ranges = Object.entries(request.headers ?? {}).filter(([name]) => /range$/.test(name));
    const response = await this.#options.http.send({
      method: "GET",
      url: address.href,
      isSecret: true,
      headers: { ...Object.fromEntries(ranges), "accept-encoding": "identity" },
      signal: request.signal,
      isStream: ({ status }) => status === 200 || status === 206,
    });
    await request.onHead?.(hiding(response, [address.href, address.search]));
    const content = readDownloadAnswer(response, { address, now: this.#options.now });
    return { status: response.status, headers: response.headers, content };
  }
}

function challengeOf({ response: { status, headers } }: GraphAnswer): string | undefined {
  return status === 401 ? readClaimsChallenge(headers) : undefined;
}

/** A service may send the token back in a header, too. */
function hiding({ status, headers }: HttpHead, secrets: readonly string[]): HttpHead {
  const clean = [...headers].map(([name, value]): [string, string] => [
    name,
    hideSecrets(value, secrets),
  ]);
  return { status, headers: new Headers(clean) };
}
