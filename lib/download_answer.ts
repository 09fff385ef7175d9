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
 * @throws {ToolError} `try_again` when the host is busy or does not know the address; `refused` for any
 * other answer than bytes.
 */
export function readDownloadAnswer(
  { stream, ...response }: HttpResponse,
  { address, now }: DownloadContext,
): GraphContent {
  const { status, headers, body, busy } = response;
  const action = `Cannot download from ${address.host}`;
  const facts = { status };
  const encoding = headers.get("content-encoding") ?? "identity";
  if (stream !== undefined && encoding === "identity") return { kind: "bytes", stream };
  if (stream !== undefined) {
    stream.cancel().catch(() => {});
    throw new ToolError("refused", `${action}: it sends ${encoding}, which was not asked for`, {
      hint: "look for a proxy in between",
      facts,
    });
  }
  if (busy) throw tryAgainError(action, response, { now, facts });
  if (status === 204 || (status === 200 && body === "")) return { kind: "empty" };
  // An address that has ended, or is not known everywhere yet.
  const mayPass = [401, 403, 404, 410].includes(status);
  throw new ToolError(mayPass ? "try_again" : "refused", `${action}: it answered ${status}`, {
    hint: mayPass
      ? "run again, since the address that Graph gives is valid for minutes; if it stays, the host " +
        "refuses this machine"
      : "call the address that Graph redirects to by other means",
    facts,
  });
}
