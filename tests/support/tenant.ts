/**
 * The emulated tenant: token endpoint and Graph behind TLS on loopback. It records every request,
 * and plays a fault instead of its answer when told to.
 *
 * @module
 */

import { type KeyPair, makeAppCertificate, makeServerCertificate } from "./certificates.ts";
import { answerTokenRequest, type App, verifyToken } from "./entra.ts";
import { answerGraphRequest, refuse } from "./graph.ts";

/** A request as it came in. */
export interface RecordedRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Headers;
  body: string;
}

/** Takes the place of an answer. */
export type Reply = (request: Request) => Response | Promise<Response>;

/** Which of the two services. */
type Service = "token" | "graph";

/** Both services of one tenant. */
export class Tenant implements AsyncDisposable {
  /** `https://127.0.0.1:PORT`, of both services. */
  readonly origin: string;
  /** Trust anchor for the origin, as PEM. */
  readonly ca: string;
  /** What came in, in order. */
  readonly requests: RecordedRequest[] = [];
  /** The registered app. */
  readonly app: App;
  /** The app's own certificate and key. */
  readonly keys: KeyPair;
  /** Accepts a token that another service issued; gives its roles. */
  verify: (token: string) => Promise<string[]> = verifyToken;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #replies: Record<Service, Reply[]> = { token: [], graph: [] };
  readonly #closing = Promise.withResolvers<void>();

  private constructor(server: KeyPair, keys: KeyPair) {
    this.ca = server.certificate;
    this.keys = keys;
    this.app = {
      clientId: crypto.randomUUID(),
      tenantId: crypto.randomUUID(),
      // The characters that Entra puts into secrets, and those that break parsers of .env.
      secret: `q8Q~${crypto.randomUUID().replaceAll("-", ".")}_$#'"`,
      secretExpired: false,
      certificates: [keys.certificate],
      roles: ["User.Read.All"],
    };
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      cert: server.certificate,
      key: server.privateKey,
      onListen: () => {},
      onError: () => new Response(null, { status: 500 }),
    }, (request) => this.#answer(request));
    this.origin = `https://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Starts a tenant. */
  static async start(): Promise<Tenant> {
    return new Tenant(await makeServerCertificate(), await makeAppCertificate());
  }

  /** Stops it; requests that hang are let go. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.resolve();
    await this.#server.shutdown();
  }

  /** Plays these, one a request, before the service answers by itself again. */
  reply(service: Service, ...replies: Reply[]): void {
    this.#replies[service].push(...replies);
  }

  /** A reply that never comes. */
  get hang(): Reply {
    return async () => {
      await this.#closing.promise;
      return new Response(null);
    };
  }

  /** The quickstart's parameters.json with a secret. */
  get parameters(): Record<string, unknown> {
    return {
      authority: `${this.origin}/${this.app.tenantId}`,
      client_id: this.app.clientId,
      scope: ["https://graph.microsoft.com/.default"],
      secret: this.app.secret,
      endpoint: `${this.origin}/v1.0/users`,
    };
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    const body = await request.clone().text();
    this.requests.push({ method, target: pathname + search, headers, body });
    const service = pathname.endsWith("/oauth2/v2.0/token") ? "token" : "graph";
    const reply = this.#replies[service].shift();
    if (reply !== undefined) return await reply(request);
    if (service === "token") return await answerTokenRequest(request, this.app);
    try {
      const token = headers.get("authorization")?.replace("Bearer ", "") ?? "";
      return answerGraphRequest(request, await this.verify(token));
    } catch {
      const text = "Access token is empty, or could not be validated.";
      return refuse(request, 401, "InvalidAuthenticationToken", text);
    }
  }
}
