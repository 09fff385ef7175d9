/**
 * Replies that a service gives on a bad day.
 *
 * @module
 */

import type { ServerResponse } from "node:http";

import { challenge, refuse, refuseToken } from "./graph_refusal.ts";
import type { Exchange, RecordedRequest, Reply } from "./tls_server.ts";

/** A reply that never comes. */
export function hang(): undefined {}

/** A reply that breaks the connection before an answer comes. */
export function reset(_request: RecordedRequest, { response }: Exchange): undefined {
  response.destroy();
}

/** What the service answers by itself. */
export async function natural(
  _request: RecordedRequest,
  { answer }: Exchange,
): Promise<Response | undefined> {
  return await answer();
}

/** Plays a reply in the place of the nth answer, from 1. */
export function onPage(n: number, reply: Reply): Reply[] {
  return [...Array<Reply>(n - 1).fill(natural), reply];
}

/** Answers with the service's own JSON, changed. */
export function edited(change: (body: Record<string, unknown>) => unknown): Reply {
  return async (_request, { answer }) => {
    const response = await answer();
    const headers = new Headers(response?.headers);
    headers.delete("content-length");
    const body = JSON.stringify(change(await response?.json()));
    return new Response(body, { status: response?.status, headers });
  };
}

/** Breaks the connection after some bytes of the answer's body. */
export function breakAfter(bytes: number): Reply {
  return async (_request, exchange) => {
    const { response } = exchange;
    const body = await begin(exchange);
    response.write(body.subarray(0, bytes), () => response.destroy());
    return undefined;
  };
}

/** Ends the answer's body after some bytes, as if that were all. */
export function cutOff(bytes: number): Reply {
  return async (_request, exchange) => {
    const body = await begin(exchange, { chunked: true });
    exchange.response.end(body.subarray(0, bytes));
    return undefined;
  };
}

/** Sends headers and some bytes of the answer's body, and then nothing more. */
export function stall(bytes = 0): Reply {
  return async (_request, exchange) => {
    const body = await begin(exchange);
    exchange.response.write(body.subarray(0, bytes));
    return undefined;
  };
}

/** Sends the answer's body byte by byte, with a wait before each. */
export function drip(ms: number): Reply {
  return async (_request, exchange) => {
    const { response } = exchange;
    for (const byte of await begin(exchange)) {
      await waitOrClose(response, ms);
      if (response.destroyed) return undefined;
      response.write(Uint8Array.of(byte));
    }
    response.end();
    return undefined;
  };
}

/** Waits, unless the client goes away. */
async function waitOrClose(response: ServerResponse, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off("close", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.on("close", done);
  });
}

/** Says that the body is gzip, which it is not. */
export function badGzip(): Reply {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  return () => new Response(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2), { headers });
}

/** A page of a proxy or gateway. */
export function html(status = 200): Reply {
  const headers = { "content-type": "text/html" };
  return () => new Response("<html><title>Gateway</title></html>", { status, headers });
}

/** The service cannot serve now; gives no header by itself, as some services do not. */
export function busy(status = 429, headers: Record<string, string> = {}): Reply {
  const code = status === 429 ? "TooManyRequests" : "serviceNotAvailable";
  return (request) => {
    const response = refuse(request, status, { code, message: "Too many requests." });
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  };
}

/** The token is not accepted; with claims, another one that carries them would be. */
export function unauthorized({ claims }: { claims?: string } = {}): Reply {
  return (request) =>
    claims === undefined ? refuseToken(request, undefined) : challenge(request, claims);
}

/** Sends the headers of the service's own answer, and gives its body. */
async function begin(
  { response, answer }: Exchange,
  { chunked = false } = {},
): Promise<Uint8Array> {
  const own = await answer();
  const body = new Uint8Array(await own?.arrayBuffer() ?? []);
  const headers = new Headers(own?.headers);
  if (chunked) headers.delete("content-length");
  else headers.set("content-length", String(body.length));
  response.writeHead(own?.status ?? 200, Object.fromEntries(headers));
  response.flushHeaders();
  return body;
}
