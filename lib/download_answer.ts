/**
 * Judges what the pre-authenticated address of a download answered. Its path and query open the file to
 * whoever has them, so that messages show the host alone.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import type { GraphContent } from "./graph_answer.ts";
import type { HttpResponse } from "./http.ts";
import { tryAgainError } from "./http_failure.ts";

/** What a judgement needs to know. */
export interface DownloadContext {
  /** Where Graph redirected to. */
  address: URL;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

/**
 * Reads the answer of a download.
 *
 * @param response The answer.
 * @param context What a judgement needs to know.
 * @returns The bytes.
 * @throws {ToolError} `try_again` when the host is busy; `refused` for any other answer than bytes.
 */
export function readDownloadAnswer(
  { stream, ...response }: HttpResponse,
  { address, now }: DownloadContext,
): GraphContent {
  if (stream !== undefined) return { kind: "bytes", stream };
  const { status, body, busy } = response;
  const action = `Cannot download from ${address.host}`;
  const facts = { status };
  if (busy) throw tryAgainError(action, response, { now, facts });
  if (status === 204 || (status === 200 && body === "")) return { kind: "empty" };
  throw new ToolError("refused", `${action}: it answered ${status}`, {
    hint: "run again: the address that Graph gives is valid for minutes",
    facts,
  });
}
