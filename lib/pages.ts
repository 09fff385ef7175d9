/**
 * Follows `@odata.nextLink` from page to page, and asks for the next page while this one is used: at
 * most one ahead, so that a reader that stops stops the requests.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { setImmediate } from "node:timers";

import { ToolError } from "./errors.ts";
import type { GraphClient, GraphRequest } from "./graph.ts";
import { redactUrl } from "./redact.ts";
import type { Page } from "./writer.ts";

/** One page, and whether it is the last that is read of a collection that has more. */
export interface GraphPage extends Page {
  /** Whether there are items that `maxItems` leaves unread. */
  isTruncated: boolean;
}

/** Options of {@linkcode readPages}. */
export interface PagesOptions {
  /** The most items over all pages. @default {Infinity} */
  maxItems?: number;
}

/** A page as it came, where it came from, and its link. */
interface Answer {
  page: Page;
  url: URL;
  link: unknown;
}

/**
 * Reads the pages of a collection.
 *
 * @param graph Sends the requests; the header fields of the first one go along with each.
 * @param first The request for the first page.
 * @param options When to stop early.
 * @returns The pages; one without items is a page, too. None is asked for once `maxItems` are there.
 * @throws {ToolError} `refused` when an answer is no collection, or its link leads elsewhere or back;
 * what {@linkcode GraphClient.request} throws.
 */
export async function* readPages(
  graph: Pick<GraphClient, "request">,
  first: GraphRequest,
  { maxItems = Infinity }: PagesOptions = {},
): AsyncGenerator<GraphPage> {
  const ahead = new AbortController();
  const signal = AbortSignal.any([ahead.signal, first.signal ?? []].flat());
  const seen = new Set<string>();
  const ask = async (link: unknown, from: URL): Promise<Answer> => {
    const url = readLink(link, from);
    const digest = digestOf(url);
    if (seen.has(digest)) throw failure(from, "its link was followed before");
    seen.add(digest);
    return readCollection(await graph.request({ ...first, url, signal }), url);
  };
  let pending: Promise<Answer> | undefined = ask(first.url.href, first.url);
  let left = maxItems;
  try {
    while (pending !== undefined) {
      const answer: Answer = await pending;
      const { page, url, link } = answer;
      const isLast = link === undefined || link === null;
      const items = page.items.slice(0, left);
      left -= items.length;
      const isTruncated = left === 0 && (!isLast || items.length < page.items.length);
      pending = isLast || isTruncated ? undefined : ask(link, url);
      // What it throws is thrown when this page has been used.
      pending?.catch(() => {});
      if (pending !== undefined) await requestLeaves();
      yield { ...page, items, isTruncated };
    }
  } finally {
    // Nobody waits for it; what it throws is caught above.
    ahead.abort();
  }
}

/**
 * Makes one answer of all pages, as if Graph had sent them at once.
 *
 * @param pages The pages.
 * @returns The first page's members, all items, and what later pages have beside them.
 */
export async function joinPages(pages: AsyncIterable<GraphPage>): Promise<Record<string, unknown>> {
  let first: Record<string, unknown> | undefined;
  let late: Record<string, unknown> = {};
  const value: unknown[] = [];
  for await (const page of pages) {
    first ??= page.members;
    late = { ...late, ...page.members };
    for (const item of page.items) value.push(item);
  }
  return { ...first, value, ...late, ...first };
}

/**
 * Lets a request that was just made leave: else it would wait in this process until the page before it
 * has been written, and nothing would overlap. In one turn of the event loop it reaches its connection, in
 * the next the network.
 */
async function requestLeaves(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
}

function readCollection(answer: unknown, url: URL): Answer {
  const { value, "@odata.nextLink": link, ...members } = Object(answer);
  if (Array.isArray(value)) return { page: { members, items: value }, url, link };
  const state = value === undefined ? 'the answer has no "value"' : '"value" is no array';
  throw new ToolError("refused", `Cannot read the pages of ${redactUrl(url.href)}: ${state}`, {
    hint: "leave out --all and --max-items where the endpoint is no collection",
  });
}

/** The link is opaque: where it leads is checked, what it says is not. */
function readLink(link: unknown, from: URL): URL {
  const url = typeof link === "string" ? URL.parse(link, from) : null;
  if (url?.origin === from.origin) return url;
  const target = url === null ? "nowhere" : url.origin;
  throw failure(
    from,
    `its @odata.nextLink leads to ${target}, and the token is for ${from.origin} alone`,
  );
}

/** Links are long: a million pages of them would not fit into memory, but their digests do. */
function digestOf({ href }: URL): string {
  return createHash("sha256").update(href).digest("base64").slice(0, 16);
}

function failure(url: URL, state: string): ToolError {
  return new ToolError("refused", `Cannot go on after the page ${redactUrl(url.href)}: ${state}`, {
    hint: "this is a fault of the service; report it with the request-id that --verbose shows",
  });
}
