/**
 * Judges what Graph answered: the data, or whose turn it is to mend what.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import {
  type GraphAnswer,
  type GraphAnswerContext,
  refusalError,
  reportOf,
} from "./graph_refusal.ts";
import type { HttpHead } from "./http.ts";
import { MAY_BE_DONE } from "./http_failure.ts";
import { parseJson } from "./json.ts";
import { redactBody, redactUrl } from "./redact.ts";
import { isIdempotent } from "./retry.ts";

/** The body of an answer. */
export type GraphContent =
  | { kind: "json"; value: unknown }
  | { kind: "bytes"; stream: ReadableStream<Uint8Array<ArrayBuffer>> }
  | { kind: "empty" };

/**
 * Tells whether a URL names bytes, of whatever type, in Graph's documentation.
 *
 * @param url The URL.
 * @returns Whether it does.
 */
export function isBytesPath({ pathname }: URL): boolean {
  return /\/(content|\$value)$/i.test(pathname);
}

/**
 * Tells whether an answer brings bytes to pass on: a file, a picture, a report.
 *
 * @param url What was asked for.
 * @param head What came before the body.
 * @returns Whether it does.
 */
export function isBytes(url: URL, { status, headers }: HttpHead): boolean {
  if (status !== 200 && status !== 206) return false;
  const type = headers.get("content-type") ?? "";
  // What comes without Graph's name for the request may be a page from something in between.
  const isGraphs = headers.has("request-id");
  if (isBytesPath(url)) return isGraphs || !/html/i.test(type);
  return isGraphs && type !== "" && !isJson(headers) && !/html/i.test(type) && !isCount(url);
}

/**
 * Tells whether an answer says that it is JSON.
 *
 * @param headers Its headers.
 * @returns Whether it does.
 */
export function isJson(headers: Headers): boolean {
  return /json/i.test(headers.get("content-type") ?? "");
}

/** The number of items comes as plain text, and is JSON all the same. */
function isCount({ pathname }: URL): boolean {
  return pathname.endsWith("/$count");
}

/**
 * Reads what Graph answers with.
 *
 * @param answer The answer.
 * @param context What a judgement needs to know.
 * @returns The content.
 * @throws {ToolError} `not_found`, `forbidden` or `refused` as Graph says; `refused` also for a
 * redirect, and for an answer of another type; `try_again` when Graph is busy, or something else
 * answers in its place.
 */
export function readGraphAnswer(answer: GraphAnswer, context: GraphAnswerContext): GraphContent {
  const { request: { method }, response: { status, body, stream } } = answer;
  if (status >= 300) throw refusalError(answer, context);
  if (stream !== undefined) return { kind: "bytes", stream };
  if (body === "" && (status !== 200 || method !== "GET")) return { kind: "empty" };
  const json = answer.json ?? readJson(body);
  if (json === undefined) throw notJson(answer);
  return { kind: "json", value: json.value };
}

/**
 * Reads a body as JSON.
 *
 * @param body The body.
 * @returns The value, or `undefined` when it is not JSON, or half of it.
 */
export function readJson(body: string): { value: unknown } | undefined {
  try {
    return { value: parseJson(body) };
  } catch {
    return undefined;
  }
}

/**
 * Makes the error for bytes where JSON is wanted.
 *
 * @param url What was asked for.
 * @param head What came before the bytes.
 * @returns The error, `refused`.
 */
export function notJsonError(url: URL, { status, headers }: HttpHead): ToolError {
  const type = headers.get("content-type") ?? "no content type";
  return new ToolError(
    "refused",
    `Cannot read ${redactUrl(url.href)}: answered ${status} with a file (${type}), not with data`,
    { hint: "call an endpoint that answers with JSON", facts: { status } },
  );
}

function notJson(answer: GraphAnswer): ToolError {
  const { request: { method }, response: { status, headers, body } } = answer;
  const { action, facts, details } = reportOf(answer);
  if (!isIdempotent(method)) details.unshift(MAY_BE_DONE);
  const type = headers.get("content-type") ?? "no content type";
  // An HTML page or half an answer is not Graph's, so it may pass; another type is to stay.
  const mayPass = /json|html/i.test(type);
  return new ToolError(
    mayPass ? "try_again" : "refused",
    `${action}: answered ${status} (${type}), not JSON`,
    {
      hint: !isIdempotent(method)
        ? "look whether it has been carried out, and for a proxy in between, before you run it again"
        : mayPass
        ? "look for a proxy or sign-in page in between, then run again"
        : "call an endpoint that answers with JSON",
      details: [`The answer begins: ${redactBody(body)}`, ...details],
      facts,
    },
  );
}
