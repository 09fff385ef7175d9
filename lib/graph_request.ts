/**
 * Makes the request that the command line describes: method, query options, header fields and body.
 *
 * @module
 */

import type { RequestFlags } from "./command_line.ts";
import { ToolError, usageError } from "./errors.ts";
import { readFields, toQuery } from "./fields.ts";
import { readFile, readTextFile } from "./files.ts";
import type { GraphRequest } from "./graph.ts";
import { isBytesPath } from "./graph_answer.ts";
import { parseCommentedJson } from "./json.ts";
import type { Log } from "./log.ts";
import { advancedQuery, withODataOptions, withQuery } from "./odata.ts";
import { isSafe } from "./retry.ts";

/** Where a request's parts come from, beside the command line. */
export interface RequestSources {
  /** Reads standard input to its end; it can be read once. */
  readStdin: () => Promise<Uint8Array<ArrayBuffer>>;
  /** Takes the notice that something was added. */
  log: Log;
}

type Headers = Record<string, string>;

/** Fields that are ours, or the connection's, to set. */
const RESERVED = /^(authorization|connection|content-length|host|transfer-encoding)$/;

/**
 * Makes the request for each endpoint.
 *
 * @param endpoints The URLs to call.
 * @param flags What the command line asks for.
 * @param sources Standard input, and where to tell of what was added.
 * @returns The requests.
 * @throws {ToolError} `usage` for header fields, fields and a body that cannot be sent; `config` for a
 * file that cannot be read.
 */
export async function makeRequests(
  endpoints: readonly URL[],
  flags: RequestFlags,
  { readStdin, log }: RequestSources,
): Promise<GraphRequest[]> {
  const { method, input } = flags;
  const headers = readHeaders(flags.headers);
  const read = onceFromStdin(readStdin);
  const fields = await readFields(
    { raw: flags.rawFields, typed: flags.typedFields },
    async (source) =>
      source === "-" ? decode(await read(), "standard input") : await readTextFile(source),
  );
  const hasFields = flags.rawFields.length + flags.typedFields.length > 0;
  const inQuery = hasFields && (input !== undefined || isSafe(method));
  const body = input !== undefined
    ? input === "-" ? await read() : await readFile(input)
    : hasFields && !inQuery
    ? new TextEncoder().encode(JSON.stringify(fields))
    : undefined;
  return endpoints.map((endpoint) => {
    const url = withQuery(endpoint, inQuery ? toQuery(fields) : []);
    const whole = withODataOptions(url, flags.odata);
    const request = { method, url: whole, headers };
    if (body !== undefined) return withBody({ ...request, body }, input);
    return method === "GET" ? withConsistency(request, log) : request;
  });
}

function readHeaders(given: readonly string[]): Headers {
  const headers: Headers = {};
  for (const [index, text] of given.entries()) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*([\t\x20-\x7e]*)$/.exec(text) ?? [];
    const lower = name?.toLowerCase();
    if (lower === undefined) throw usageError(`--header ${index + 1} is no "name: value" in ASCII`);
    if (RESERVED.test(lower)) throw usageError(`--header "${name}" is set by graph-daemon itself`);
    // Fields of one name are a list (RFC 9110, section 5.3), as Prefer is with Outlook.
    headers[lower] = [headers[lower] ?? [], value.trim()].flat().join(", ");
  }
  return headers;
}

function onceFromStdin(readStdin: RequestSources["readStdin"]): RequestSources["readStdin"] {
  let isRead = false;
  return async () => {
    if (isRead) throw usageError("standard input is wanted twice");
    isRead = true;
    return await readStdin();
  };
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${source} is no UTF-8 text`);
  }
}

/** JSON that cannot be read is told before it is sent; bytes of a file are sent as they are. */
function withBody(
  request: GraphRequest & { headers: Headers; body: Uint8Array<ArrayBuffer> },
  input = "",
): GraphRequest {
  const type = request.headers["content-type"] ??
    (isBytesPath(request.url) ? "application/octet-stream" : "application/json");
  if (/json/i.test(type)) checkJson(request.body, input === "-" ? "standard input" : `"${input}"`);
  return { ...request, headers: { ...request.headers, "content-type": type } };
}

function checkJson(body: Uint8Array, source: string): void {
  const text = decode(body, source);
  try {
    JSON.parse(text);
  } catch {
    const parsed = parseCommentedJson(text);
    const state = "fault" in parsed
      ? `not JSON at line ${parsed.fault.line}, column ${parsed.fault.column}`
      : "JSON with comments, which Graph does not read";
    throw new ToolError("usage", `Cannot send ${source}: ${state}`, {
      hint: "mend it, or name its type: --header 'content-type: text/plain'",
    });
  }
}

/** What Graph demands for queries of its directory that go beyond a look-up. */
function withConsistency(
  request: GraphRequest & { headers: Headers },
  log: Log,
): GraphRequest {
  const needs = advancedQuery(request.url);
  if (needs === undefined) return request;
  const hasHeader = "consistencylevel" in request.headers;
  const added = [
    ...(hasHeader ? [] : ["the header ConsistencyLevel: eventual"]),
    ...(needs.count ? ["$count=true"] : []),
  ];
  if (added.length === 0) return request;
  log.notice(`Added ${added.join(" and ")}, which Graph demands for ${needs.reason}`);
  return {
    ...request,
    url: needs.count ? withQuery(request.url, [["$count", "true"]]) : request.url,
    headers: { consistencylevel: "eventual", ...request.headers },
  };
}
