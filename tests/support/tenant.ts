/**
 * The emulated tenant: token endpoint and Graph behind TLS on loopback, and the server that Graph sends
 * downloads to. It records every request, and plays a fault instead of its answer when told to.
 *
 * @module
 */

import { type KeyPair, makeAppCertificate, makeServerCertificate } from "./certificates.ts";
import { Directory } from "./directory.ts";
import { Downloads } from "./downloads.ts";
import { answerTokenRequest, type App, makeApp, parametersOf, verifyToken } from "./entra.ts";
import { answerGraphRequest } from "./graph.ts";
import { refuseToken } from "./graph_refusal.ts";
import { type Answer, type RecordedRequest, type Reply, TlsServer } from "./tls_server.ts";

export { hang, reset } from "./faults.ts";
export type { RecordedRequest, Reply } from "./tls_server.ts";

/** Which of the services. */
export type Service = "token" | "graph" | "download";

/** RSA keys take a while to make, so that all tenants of a process share one pair. */
let sharedKeys: Promise<KeyPair> | undefined;

interface Parts {
  server: TlsServer;
  downloads: TlsServer;
  ca: string;
  keys: KeyPair;
}

/** All services of one tenant. */
export class Tenant implements AsyncDisposable {
  /** `https://127.0.0.1:PORT`, of token endpoint and Graph. */
  readonly origin: string;
  /** Trust anchor for both servers, as PEM. */
  readonly ca: string;
  /** What came in for token endpoint and Graph, in order. */
  readonly requests: RecordedRequest[];
  /** The registered app. */
  readonly app: App;
  /** The app's own certificate and key. */
  readonly keys: KeyPair;
  /** The users. */
  readonly directory: Directory = new Directory();
  /** Where the contents of files are. */
  readonly downloads: Downloads;
  /** Accepts a token, perhaps of another service; gives its roles. */
  verify: (token: string) => Promise<string[]>;
  /** Fetches as a runtime that trusts the tenant's certificate. */
  readonly fetch: typeof fetch;
  readonly #client: Deno.HttpClient;
  readonly #server: TlsServer;
  readonly #replies: Record<Service, Reply[]> = { token: [], graph: [], download: [] };

  private constructor({ server, downloads, ca, keys }: Parts) {
    this.ca = ca;
    this.keys = keys;
    this.app = makeApp(keys);
    this.verify = (token) => verifyToken(token, this.app);
    this.#server = server;
    this.#client = Deno.createHttpClient({ caCerts: [ca] });
    this.fetch = (input, init) => fetch(input, { ...init, client: this.#client });
    this.origin = server.origin;
    this.requests = server.requests;
    this.downloads = new Downloads(downloads);
    for (const each of [server, downloads]) {
      each.serve(async (request, response) => {
        const service = this.#serviceOf(request);
        const answer = () => this.#answer(service, request);
        const reply = this.#replies[service].shift();
        return reply === undefined ? await answer() : await reply(request, { response, answer });
      });
    }
  }

  /** Starts a tenant. */
  static async start(): Promise<Tenant> {
    const certificate = await makeServerCertificate();
    const [server, downloads] = [
      await TlsServer.start(certificate),
      await TlsServer.start(certificate),
    ];
    sharedKeys ??= makeAppCertificate();
    return new Tenant({ server, downloads, ca: certificate.certificate, keys: await sharedKeys });
  }

  /** Stops it, and whatever hangs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    await this.#server[Symbol.asyncDispose]();
    await this.downloads[Symbol.asyncDispose]();
  }

  /** Plays these, one a request, before the service answers by itself again. */
  reply(service: Service, ...replies: Reply[]): void {
    this.#replies[service].push(...replies);
  }

  /** Refuses every token issued so far. */
  revoke(): void {
    this.app.revoked = this.app.issued;
  }

  /**
   * Refuses every token but those whose request carries the claims that the refusal asks for, as
   * continuous access evaluation does. Gives the claims.
   */
  challenge(): string {
    this.revoke();
    const value = String(Math.floor(Date.now() / 1_000));
    this.app.claims = `{"access_token":{"nbf":{"essential":true, "value":"${value}"}}}`;
    return this.app.claims;
  }

  /** How many connections were made to token endpoint and Graph. */
  get connections(): number {
    return this.#server.connections;
  }

  /** How many users there are. */
  get userCount(): number {
    return this.directory.userCount;
  }

  set userCount(count: number) {
    this.directory.userCount = count;
  }

  /** How long each file is. */
  get fileSize(): number {
    return this.downloads.fileSize;
  }

  set fileSize(size: number) {
    this.downloads.fileSize = size;
  }

  /** The quickstart's parameters.json with a secret. */
  get parameters(): Record<string, unknown> {
    return parametersOf(this.app, this.origin);
  }

  #serviceOf({ url }: RecordedRequest): Service {
    if (url.origin === this.downloads.origin) return "download";
    return url.pathname.endsWith("/oauth2/v2.0/token") ? "token" : "graph";
  }

  async #answer(service: Service, request: RecordedRequest): Promise<Answer> {
    if (service === "download") return this.downloads.answer(request);
    if (service === "token") return await answerTokenRequest(request, this.app);
    const { directory, downloads } = this;
    let roles: string[];
    try {
      roles = await this.verify(request.headers.get("authorization")?.replace("Bearer ", "") ?? "");
    } catch (error) {
      return refuseToken(request, error);
    }
    return answerGraphRequest(request, { roles, directory, downloads });
  }
}
