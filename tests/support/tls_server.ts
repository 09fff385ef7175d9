/**
 * A TLS server on loopback that records what comes in, and sends whatever its handler answers.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";

import type { KeyPair } from "./certificates.ts";

/** A request as it came in. */
export interface RecordedRequest {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** What a service answers; nothing where no answer shall come, or all of it was written already. */
export type Answer = Response | undefined;

/** What a reply may work with, besides the request. */
export interface Exchange {
  /** What goes to the client, for replies that no `Response` can express. */
  response: ServerResponse;
  /** Gives what the service would answer by itself. */
  answer: () => Promise<Answer>;
}

/** Takes the place of an answer. */
export type Reply = (request: RecordedRequest, exchange: Exchange) => Answer | Promise<Answer>;

/** Answers one request. */
export type Handler = (request: RecordedRequest, response: ServerResponse) => Promise<Answer>;

/** A running server. */
export class TlsServer implements AsyncDisposable {
  /** `https://127.0.0.1:PORT`. */
  readonly origin: string;
  /** What came in, in order. */
  readonly requests: RecordedRequest[] = [];
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("secureConnection", () => this.connections++);
  }

  /** Starts a server that answers nothing yet. */
  static async start({ certificate, privateKey }: KeyPair): Promise<TlsServer> {
    const server = createServer({ cert: certificate, key: privateKey });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TlsServer(server);
  }

  /** Stops it, and whatever hangs. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Answers every request from now on. */
  serve(handler: Handler): void {
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      // A client that goes away before its request is whole gets no answer.
      this.#exchange(request, response, handler).catch(() => response.destroy());
    });
  }

  async #exchange(
    incoming: IncomingMessage,
    response: ServerResponse,
    handler: Handler,
  ): Promise<void> {
    const request = {
      method: String(incoming.method),
      url: new URL(String(incoming.url), this.origin),
      headers: new Headers(incoming.headers as Record<string, string>),
      body: Buffer.concat(await Array.fromAsync(incoming)).toString(),
    };
    this.requests.push(request);
    const answer = await handler(request, response);
    if (answer !== undefined) await send(answer, response);
  }
}

async function send({ status, headers, body }: Response, to: ServerResponse): Promise<void> {
  to.writeHead(status, Object.fromEntries(headers));
  for await (const chunk of body ?? []) {
    if (to.destroyed) break;
    if (!to.write(chunk)) await drained(to);
  }
  to.end();
}

/** Waits until more can be written, or nobody reads any more. */
async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
