/**
 * One authorised request to Graph: the token goes to the configured origin only, a refused token is
 * replaced once, and every refusal says who has to do what.
 *
 * @module
 */

import { adminConsentUrl } from "./cloud.ts";
import type { Settings } from "./config.ts";
import { type ErrorCode, type ErrorFacts, ToolError } from "./errors.ts";
import { type HttpClient, type HttpResponse, tryAgainError } from "./http.ts";
import { parseJson } from "./json.ts";
import { redactBody, redactUrl } from "./redact.ts";
import type { AccessToken, TokenSource } from "./token.ts";

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

/** An answer that was judged. */
interface Answer {
  request: { method: string; url: URL; clientRequestId: string };
  response: HttpResponse;
  token: AccessToken;
}

/** Graph's error object, in the shapes that its services give it. */
interface Refusal {
  code?: string;
  message?: string;
  requestId?: string;
}

/** Calls Graph. */
export class GraphClient {
  readonly #options: GraphOptions;

  /**
   * Makes a client.
   *
   * @param options Whose data, and how to get it.
   */
  constructor(options: GraphOptions) {
    this.#options = options;
  }

  /**
   * Sends a request.
   *
   * @param request The request.
   * @returns The answer's JSON; `undefined` for an answer without content (204).
   * @throws {ToolError} `not_found`, `forbidden` or `refused` as Graph says; `refused` also for a URL
   * on another origin, a redirect, and an answer of another type; `try_again` when Graph is busy or
   * out of reach, or something else answers in its place; what {@linkcode TokenSource.get} throws.
   */
  async request({ method = "GET", url }: GraphRequest): Promise<unknown> {
    this.#checkOrigin(url);
    const request = { method, url, clientRequestId: crypto.randomUUID() };
    let answer = await this.#send(request, { fresh: false });
    if (answer.response.status === 401) answer = await this.#send(request, { fresh: true });
    return this.#read(answer);
  }

  #checkOrigin(url: URL): void {
    const { origin } = this.#options.settings.endpoint;
    if (url.origin === origin && url.protocol === "https:" && url.username + url.password === "") {
      return;
    }
    throw new ToolError("refused", `Cannot call ${url.origin}: the token is for ${origin} alone`, {
      hint: `name a path, or a URL below ${origin}`,
    });
  }

  async #send(request: Answer["request"], options: { fresh: boolean }): Promise<Answer> {
    const token = await this.#options.tokens.get(options);
    const secret = token.value.reveal();
    const response = await this.#options.http.send({
      method: request.method,
      url: request.url.href,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${secret}`,
        "client-request-id": request.clientRequestId,
      },
      secrets: [secret],
    });
    return { request, response, token };
  }

  #read({ request, response, token }: Answer): unknown {
    const { status, body, headers } = response;
    if (status === 204) return undefined;
    if (status >= 300 || response.busy) throw this.#error({ request, response, token });
    try {
      return parseJson(body);
    } catch {
      const type = headers.get("content-type") ?? "no content type";
      // An HTML page or half an answer is not Graph's, so it may pass; another type is to stay.
      const code = /json|html/.test(type) ? "try_again" : "refused";
      throw new ToolError(code, `${actionOf(request)}: answered ${status} (${type}), not JSON`, {
        details: [`The answer begins: ${redactBody(body)}`, ...idLines(request, response, {})],
        facts: factsOf(request, response, {}),
        hint: code === "refused"
          ? "call an endpoint that answers with JSON"
          : "look for a proxy or sign-in page in between, then run again",
      });
    }
  }

  #error({ request, response, token }: Answer): ToolError {
    const { settings, now } = this.#options;
    const { status } = response;
    const refusal = readRefusal(response.body);
    const facts = factsOf(request, response, refusal);
    const details = idLines(request, response, refusal);
    const action = actionOf(request);
    if (response.busy) {
      return tryAgainError(action, response, { now, said: refusal.code, facts, details });
    }
    if (status < 400) {
      const target = URL.parse(response.headers.get("location") ?? "", request.url)?.origin;
      return new ToolError(
        "refused",
        `${action}: ${status} to ${target ?? "nowhere"}, not followed`,
        {
          hint: "the token is sent to no other address; call the address itself",
          details,
          facts,
        },
      );
    }
    const said = [refusal.code, refusal.message].filter(Boolean).join(", ") ||
      `no reason given, the answer begins: ${redactBody(response.body)}`;
    const message = `${action}: ${status} ${said}`;
    const code = codeOf(status);
    if (code !== "forbidden") {
      return new ToolError(code, message, { details, facts, hint: hintOf(status) });
    }
    const { authority, cloud, clientId } = settings;
    return new ToolError(code, message, {
      details: [describeRoles(token.roles), ...details],
      hint:
        "let an admin add the application permission that this call needs (App registrations > " +
        `API permissions) and consent to it: ${adminConsentUrl(authority, cloud, clientId)}`,
      facts,
    });
  }
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

function actionOf({ method, url }: Answer["request"]): string {
  return `Cannot ${method} ${redactUrl(url.href)}`;
}

function factsOf(
  { clientRequestId }: Answer["request"],
  { status, headers }: HttpResponse,
  { code, requestId }: Refusal,
): ErrorFacts {
  return {
    status,
    graphCode: code,
    requestId: headers.get("request-id") ?? requestId,
    clientRequestId,
    date: headers.get("date") ?? undefined,
  };
}

function idLines(...[request, response, refusal]: Parameters<typeof factsOf>): string[] {
  const { requestId, clientRequestId, date } = factsOf(request, response, refusal);
  const diagnostic = response.headers.get("x-ms-ags-diagnostic");
  return [
    `request-id: ${requestId ?? "none"}, client-request-id: ${clientRequestId}, date: ${
      date ?? "none"
    }`,
    ...(diagnostic === null ? [] : [`x-ms-ags-diagnostic: ${diagnostic}`]),
  ];
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
