/**
 * A tenant with very many users, faster than its clients: a page is a text that was serialised once,
 * with the users' numbers put into it.
 *
 * @module
 */

import { makeAppCertificate, makeServerCertificate } from "../support/certificates.ts";
import { makeUser } from "../support/directory.ts";
import { answerTokenRequest, type App, makeApp, parametersOf } from "../support/entra.ts";
import { TlsServer } from "../support/tls_server.ts";

/** How many users, and how slow. */
export interface PageServerOptions {
  /** How many users there are; less than ten million. */
  userCount: number;
  /** Milliseconds before a page goes out. */
  latency: number;
}

/** All numbers have as many digits, so that they fit into one another's places. */
const SAMPLE = 9_999_999;
const DIGITS = String(SAMPLE).length;
const ZERO = "0".charCodeAt(0);
const COMMA = ",".charCodeAt(0);

/** Token endpoint and users. */
export class PageServer implements AsyncDisposable {
  /** Trust anchor, as PEM. */
  readonly ca: string;
  readonly #app: App;
  readonly #server: TlsServer;
  readonly #user: Uint8Array = new TextEncoder().encode(JSON.stringify(makeUser(SAMPLE)));
  readonly #places: number[];

  private constructor({ ca, app, server }: { ca: string; app: App; server: TlsServer }) {
    this.ca = ca;
    this.#app = app;
    this.#server = server;
    const sample = new TextDecoder().decode(this.#user);
    this.#places = [...sample.matchAll(RegExp(String(SAMPLE), "g"))].map(({ index }) => index);
  }

  /** Starts a server. */
  static async start({ userCount, latency }: PageServerOptions): Promise<PageServer> {
    const keys = await makeServerCertificate();
    const app = makeApp(await makeAppCertificate());
    const server = await TlsServer.start(keys);
    const pages = new PageServer({ ca: keys.certificate, app, server });
    server.serve(async (request) => {
      if (request.method === "POST") return await answerTokenRequest(request, app);
      if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
      return pages.#answer(request.url, userCount);
    });
    return pages;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** A parameters.json that asks for the users by the largest pages. */
  get parameters(): Record<string, unknown> {
    const parameters = parametersOf(this.#app, this.#server.origin);
    return { ...parameters, endpoint: `${parameters.endpoint}?$top=999` };
  }

  #answer({ origin, pathname, searchParams }: URL, userCount: number): Response {
    const top = Number(searchParams.get("$top"));
    const begin = Number(searchParams.get("$skiptoken") ?? 0);
    const end = Math.min(begin + top, userCount);
    const next = `${origin}${pathname}?$top=${top}&$skiptoken=${end}`;
    const link = end < userCount ? `"@odata.nextLink":"${next}",` : "";
    const page = this.#page(`{${link}"value":[`, { begin, end });
    return new Response(page, {
      headers: { "content-type": "application/json", "content-length": String(page.length) },
    });
  }

  #page(head: string, { begin, end }: { begin: number; end: number }): Uint8Array<ArrayBuffer> {
    const step = this.#user.length + 1;
    const page = new Uint8Array(head.length + (end - begin) * step + 1);
    new TextEncoder().encodeInto(head, page);
    for (let n = begin, at = head.length; n < end; n++, at += step) {
      page.set(this.#user, at);
      for (const place of this.#places) putNumber(page, { n, at: at + place });
      page[at + step - 1] = COMMA;
    }
    new TextEncoder().encodeInto("]}", page.subarray(-2));
    return page;
  }
}

function putNumber(page: Uint8Array, { n, at }: { n: number; at: number }): void {
  for (let digit = at + DIGITS - 1, rest = n; digit >= at; digit--, rest = Math.floor(rest / 10)) {
    page[digit] = ZERO + rest % 10;
  }
}
