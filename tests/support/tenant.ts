/**
 * The emulated tenant: token endpoint and Graph behind TLS on loopback. It records every request,
 * and plays a fault instead of its answer when told to.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";

import { type KeyPair, makeAppCertificate, makeServerCertificate } from "./certificates.ts";
import { answerTokenRequest, type App, verifyToken } from "./entra.ts";
import { answerGraphRequest, refuse } from "./graph.ts";

/** A request as it came in. */
export interface RecordedRequest {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** The connection that a request came in by. */
type Socket = IncomingMessage["socket"];

/** What a service answers; nothing where no answer shall come. */
type Answer = Response | undefined;

/** Takes the place of an answer. */
export type Reply = (request: RecordedRequest, socket: Socket) => Answer | Promise<Answer>;

/** Which of the two services. */
type Service = "token" | "graph";

/** A reply that never comes. */
export function hang(): undefined {}

/** A reply that breaks the connection before an answer comes. */
export function reset(_request: RecordedRequest, socket: Socket): undefined {
  socket.destroy();
}

/** RSA keys take a while to make, so that all tenants of a process share one pair. */
let sharedKeys: Promise<KeyPair> | undefined;

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
  /** Accepts a token, perhaps of another service; gives its roles. */
  verify: (token: string) => Promise<string[]> = verifyToken;
  /** How many connections were made. */
  connections = 0;
  /** Fetches as a runtime that trusts the tenant's certificate. */
  readonly fetch: typeof fetch;
  readonly #client: Deno.HttpClient;
  readonly #server: Server;
  readonly #replies: Record<Service, Reply[]> = { token: [], graph: [] };

  private constructor({ server, ca, keys }: { server: Server; ca: string; keys: KeyPair }) {
    this.ca = ca;
    this.keys = keys;
    this.app = {
      clientId: crypto.randomUUID(),
      tenantId: crypto.randomUUID(),
      // The characters that Entra puts into secrets, and those that break parsers of .env.
      secret: `q8Q~${crypto.randomUUID().replaceAll("-", ".")}_$#`,
      secretExpired: false,
      certificates: [keys.certificate],
      roles: ["User.Read.All"],
    };
    this.#server = server;
    this.#client = Deno.createHttpClient({ caCerts: [ca] });
    this.fetch = (input, init) => fetch(input, { ...init, client: this.#client });
    this.origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("secureConnection", () => this.connections++);
    server.on("request", (request, response) => {
      // A client that goes away before its request is whole gets no answer.
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Starts a tenant. */
  static async start(): Promise<Tenant> {
    const { certificate, privateKey } = await makeServerCertificate();
    const server = createServer({ cert: certificate, key: privateKey });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    sharedKeys ??= makeAppCertificate();
    return new Tenant({ server, ca: certificate, keys: await sharedKeys });
  }

  /** Stops it, and whatever hangs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Plays these, one a request, before the service answers by itself again. */
  reply(service: Service, ...replies: Reply[]): void {
    this.#replies[service].push(...replies);
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

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = {
      method: String(incoming.method),
      url: new URL(String(incoming.url), this.origin),
      headers: new Headers(incoming.headers as Record<string, string>),
      body: (await Array.fromAsync(incoming)).join(""),
    };
    this.requests.push(request);
    const response = await this.#answer(request, incoming.socket);
    if (response === undefined) return;
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  }

  async #answer(request: RecordedRequest, socket: Socket): Promise<Answer> {
    const service = request.url.pathname.endsWith("/oauth2/v2.0/token") ? "token" : "graph";
    const reply = this.#replies[service].shift();
    if (reply !== undefined) return await reply(request, socket);
    if (service === "token") return await answerTokenRequest(request, this.app);
    try {
      const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
      return answerGraphRequest(request, await this.verify(token));
    } catch {
      const text = "Access token is empty, or could not be validated.";
      return refuse(request, 401, { code: "InvalidAuthenticationToken", message: text });
    }
  }
}
