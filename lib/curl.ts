/**
 * A request as a command of curl, which anyone can try without this program.
 *
 * @module
 */

/** A request to show. */
export interface ShownRequest {
  /** HTTP method. */
  method: string;
  /** Absolute URL. */
  url: string;
  /** Headers; `authorization` is not shown. */
  headers: Record<string, string>;
  /** What is sent. */
  body?: string | Uint8Array;
}

/** Linux takes no argument of 128 KiB or more. */
const LONGEST_ARGUMENT = 100_000;

/** Services answer 411 to these where nothing tells that there is no body. */
const METHODS_WITH_LENGTH = new Set(["POST", "PUT"]);

/**
 * Gives a request as a command for a POSIX shell. The token is left to the variable `TOKEN`; a body
 * that is no text, or too long for an argument, is left to a file.
 *
 * @param request The request.
 * @returns The command, over several lines, without a line break at its end.
 *
 * @example
 * ```ts
 * import { curlCommand } from "./curl.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const url = "https://graph.microsoft.com/v1.0/me";
 * const shown = "curl 'https://graph.microsoft.com/v1.0/me' \\\n" +
 *   '  --header "Authorization: Bearer $TOKEN"';
 * strictEqual(curlCommand({ method: "GET", url, headers: {} }), shown);
 * ```
 */
export function curlCommand({ method, url, headers, body }: ShownRequest): string {
  const lines = [
    ["curl", ...methodFlags(method, body), ...urlFlags(url)].join(" "),
    '--header "Authorization: Bearer $TOKEN"',
    ...headerLines({ method, headers, body }).map((line) => `--header ${quote(line)}`),
  ];
  if (body === undefined) return join(lines);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const text = bytes.length > LONGEST_ARGUMENT ? undefined : textOf(bytes);
  if (text !== undefined) return join([...lines, `--data-raw ${quote(text)}`]);
  const note = `# Put the body (${bytes.length} bytes) into FILE, and run:`;
  return `${note}\n${join([...lines, "--data-binary @FILE"])}`;
}

function join(lines: string[]): string {
  return lines.join(" \\\n  ");
}

function methodFlags(method: string, body: unknown): string[] {
  if (body === undefined && method === "GET") return [];
  if (body === undefined && method === "HEAD") return ["--head"];
  return ["--request", /^\w+$/.test(method) ? method : quote(method)];
}

/** To curl, braces and brackets in a URL stand for several URLs. */
function urlFlags(url: string): string[] {
  return [.../[[\]{}]/.test(url) ? ["--globoff"] : [], quote(url)];
}

/** What curl would add by itself is taken back: the type of a form, and no length for no body. */
function headerLines({ method, headers, body }: Omit<ShownRequest, "url">): string[] {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const lines = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() !== "authorization")
    .map(([name, value]) => value === "" ? `${name};` : `${name}: ${value}`);
  if (body !== undefined && !names.has("content-type")) lines.push("Content-Type:");
  if (body === undefined && METHODS_WITH_LENGTH.has(method)) lines.push("Content-Length: 0");
  return lines;
}

/** Gives the text that an argument can hold, if it is one. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Within single quotes a shell reads nothing but their end. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
