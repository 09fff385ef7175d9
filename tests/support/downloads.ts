/**
 * The server that holds the contents of files: it trusts a pre-authenticated URL alone, and refuses who
 * brings a token along.
 *
 * @module
 */

import type { RecordedRequest, TlsServer } from "./tls_server.ts";

/** So much of a file is made at once. */
const CHUNK = 65_536;

/** Gives some of the bytes that every file of the emulated tenant holds. */
export function fileBytes(begin: number, end: number): Uint8Array<ArrayBuffer> {
  // The second term differs from chunk to chunk, so that none can pass for another.
  return Uint8Array.from({ length: end - begin }, (_, index) => {
    const position = begin + index;
    return (position * 31 + Math.floor(position / 251)) % 256;
  });
}

/** The contents of files. */
export class Downloads implements AsyncDisposable {
  /** `https://127.0.0.1:PORT`. */
  readonly origin: string;
  /** What came in, in order. */
  readonly requests: RecordedRequest[];
  /** What opens every file; nobody may see it. */
  readonly tempauth: string = `v1.${crypto.randomUUID()}.${crypto.randomUUID()}`;
  /** How long each file is. */
  fileSize = 100_000;
  /** Which version of the contents this is; it is not told where it is empty. */
  etag = '"1"';
  readonly #server: TlsServer;

  /** Makes the contents that a server serves. */
  constructor(server: TlsServer) {
    this.#server = server;
    this.origin = server.origin;
    this.requests = server.requests;
  }

  /** Stops the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** The pre-authenticated URL. */
  get url(): string {
    return `${this.origin}/personal/_layouts/15/download.aspx?UniqueId=1&tempauth=${this.tempauth}`;
  }

  /** Sends a client that has shown its token to the contents. */
  redirect(): Response {
    return new Response(null, {
      status: 302,
      headers: { location: this.url, "request-id": crypto.randomUUID() },
    });
  }

  /** Answers a request for contents. */
  answer({ url, headers }: RecordedRequest): Response {
    const isKnown = url.searchParams.get("tempauth") === this.tempauth;
    if (!isKnown || headers.has("authorization")) return new Response(null, { status: 401 });
    const ifRange = headers.get("if-range") ?? this.etag;
    const range = ifRange === this.etag ? headers.get("range") : null;
    const [begin, end] = readRange(range, this.fileSize) ?? [0, this.fileSize];
    const common = { "accept-ranges": "bytes", ...(this.etag === "" ? {} : { etag: this.etag }) };
    if (begin >= end && this.fileSize > 0) {
      const contentRange = `bytes */${this.fileSize}`;
      return new Response(null, { status: 416, headers: { "content-range": contentRange } });
    }
    const contentRange = `bytes ${begin}-${end - 1}/${this.fileSize}`;
    return new Response(contents(begin, end), {
      status: range === null ? 200 : 206,
      headers: {
        "content-type": "application/octet-stream",
        "content-length": String(end - begin),
        ...(range === null ? {} : { "content-range": contentRange }),
        ...common,
      },
    });
  }
}

/** Reads `bytes=a-b`, `bytes=a-` and `bytes=-n`. */
function readRange(range: string | null, size: number): [number, number] | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === undefined) return undefined;
  if (first === "") return [Math.max(0, size - Number(last)), size];
  return [Number(first), last === "" ? size : Math.min(Number(last) + 1, size)];
}

function contents(begin: number, end: number): ReadableStream<Uint8Array> {
  let position = begin;
  return new ReadableStream({
    pull: (controller): void => {
      if (position >= end) return controller.close();
      const next = Math.min(position + CHUNK, end);
      controller.enqueue(fileBytes(position, next));
      position = next;
    },
  });
}
