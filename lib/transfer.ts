/**
 * Moves the bytes of a download, and goes on where a broken connection stopped.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import type { GraphClient, GraphRequest, GraphResponse } from "./graph.ts";
import type { HttpHead } from "./http.ts";

/** A download that has begun. */
export interface Download {
  /** The request. */
  request: GraphRequest;
  /** Its answer, with bytes. */
  response: GraphResponse;
}

const CHANGED = "Cannot go on with the download: the file changed meanwhile";

const PART = "Cannot download: a part came that was not asked for";

/** What tells one version of a file from another. */
const VALIDATORS = ["etag", "last-modified"];

/** So many bytes since the last break are progress, after which attempts are counted anew. */
const PROGRESS_BYTES = 1_048_576;

/**
 * Reads the bytes of an answer. Where the connection breaks, the rest is asked for by range, as long as
 * it is a range of the same file.
 *
 * @param graph Sends the requests.
 * @param download The request, and its answer with bytes.
 * @returns The bytes.
 * @throws {ToolError} `try_again` when the connection stays broken, or the file changed in between;
 * what {@linkcode GraphClient.send} throws.
 */
export async function* readBytes(
  graph: Pick<GraphClient, "send" | "pause">,
  { request, response: first }: Download,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const isPart = request.headers?.range !== undefined;
  if (first.status === 206 && !isPart) return await giveUp(first, PART);
  let total = isPart ? undefined : lengthOf(first);
  let [offset, failures, lastProgress] = [0, 0, 0];
  for (let [current, skip] = [first, 0];;) {
    if (current.content.kind !== "bytes") return await giveUp(current);
    let failure: unknown;
    try {
      for await (const chunk of current.content.stream) {
        const rest = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - rest.length;
        offset += rest.length;
        if (rest.length > 0) yield rest;
      }
    } catch (error) {
      failure = error;
    }
    if (failure === undefined) {
      if (skip > 0 || offset > (total ?? offset)) throw changedError();
      if (offset === (total ?? offset)) return;
      failure = shortError(offset, total);
    }
    if (!isBreak(failure) || !isRepeatable(request) || !hasValidator(first)) throw failure;
    if (offset - lastProgress >= PROGRESS_BYTES) [failures, lastProgress] = [0, offset];
    if (!await graph.pause(++failures, request.signal)) throw failure;
    current = await graph.send(rangeOf({ request, response: first }, offset)).catch(ifPastTheEnd);
    skip = skipOf(current, { first, offset }) ?? await giveUp(current);
    const whole = totalOf(current);
    if (whole === undefined || whole !== (total ?? whole)) return await giveUp(current);
    total = whole;
  }
}

async function giveUp({ content }: GraphResponse, message = CHANGED): Promise<never> {
  if (content.kind === "bytes") await content.stream.cancel();
  throw changedError(message);
}

/** Where nothing follows what came, the file is another one now, or had no end that was told. */
function ifPastTheEnd(error: unknown): never {
  throw error instanceof ToolError && error.facts.status === 416 ? changedError() : error;
}

/** A part that was asked for has no rest, and a POST may do something. */
function isRepeatable({ method = "GET", headers = {} }: GraphRequest): boolean {
  return method === "GET" && !("range" in headers);
}

/** Without one, nobody could tell that the rest belongs to the same file. */
function hasValidator({ headers }: HttpHead): boolean {
  return VALIDATORS.some((name) => headers.has(name));
}

function isBreak(error: unknown): boolean {
  return error instanceof ToolError && error.code === "try_again";
}

/** An encoded body has other offsets, so that the rest is asked for as it is. */
function rangeOf({ request, response }: Download, offset: number): GraphRequest {
  const tag = response.headers.get("etag");
  return {
    ...request,
    onHead: undefined,
    headers: {
      ...request.headers,
      "accept-encoding": "identity",
      range: `bytes=${offset}-`,
      ...(tag === null || tag.startsWith("W/") ? {} : { "if-range": tag }),
    },
  };
}

/**
 * Gives how many bytes of an answer came before: none of an answer to a range, and all of them where
 * the range is ignored; nothing where it may be another file.
 */
function skipOf(
  { status, headers }: HttpHead,
  { first, offset }: { first: HttpHead; offset: number },
): number | undefined {
  const told = VALIDATORS.filter((name) => first.headers.has(name) && headers.has(name));
  const isSame = told.length > 0 &&
    told.every((name) => first.headers.get(name) === headers.get(name));
  // An encoded body has other offsets.
  if (!isSame || headers.has("content-encoding")) return undefined;
  if (status === 200) return offset;
  const [, begin] = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "") ?? [];
  return status === 206 && Number(begin) === offset ? 0 : undefined;
}

function changedError(message = CHANGED): ToolError {
  return new ToolError("try_again", message, { hint: "run again" });
}

function shortError(offset: number, total: number | undefined): ToolError {
  return new ToolError("try_again", `Cannot download more than ${offset} of ${total} bytes`, {
    hint: "run again",
  });
}

/** Gives how long the whole file is, of which an answer may bring a part. */
function totalOf(head: HttpHead): number | undefined {
  if (head.status !== 206) return lengthOf(head);
  const [, total] = /^bytes \d+-\d+\/(\d+)$/.exec(head.headers.get("content-range") ?? "") ?? [];
  return total === undefined ? undefined : Number(total);
}

/**
 * Tells how many bytes an answer brings.
 *
 * @param head What came before them.
 * @returns Their number, or `undefined` when it is not told.
 */
export function lengthOf({ headers }: HttpHead): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}
