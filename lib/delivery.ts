/**
 * Takes what Graph answers to where data goes, in the format that was asked for, and keeps count of it.
 *
 * @module
 */

import type { OutputFlags } from "./command_line.ts";
import { ToolError } from "./errors.ts";
import type { GraphClient, GraphRequest, GraphResponse } from "./graph.ts";
import { notJsonError } from "./graph_answer.ts";
import type { HttpHead } from "./http.ts";
import type { Log } from "./log.ts";
import { selectedColumns } from "./odata.ts";
import { openWriter } from "./output.ts";
import { type GraphPage, joinPages } from "./pages.ts";
import { countPages, NO_PROGRESS, openBar, type Terminal } from "./progress.ts";
import { compileQuery } from "./query.ts";
import type { Sink } from "./sink.ts";
import { lengthOf, readBytes } from "./transfer.ts";
import { escapeUnseen } from "./unseen.ts";
import type { Writer } from "./writer.ts";

/** What a {@linkcode Delivery} works with. */
export interface DeliveryOptions {
  /** Format, query and file. */
  output: OutputFlags;
  /** Takes the data. */
  sink: Sink;
  /** Takes notices and warnings. */
  log: Log;
  /** Where progress is shown; nowhere unless given. */
  terminal?: Terminal;
}

/** What an answer answers. */
export interface Exchange {
  /** Sends requests. */
  graph: Pick<GraphClient, "send" | "pause">;
  /** The request. */
  request: GraphRequest;
}

/** Delivers answers, one after the other. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #query?: (value: unknown) => unknown;
  /** Whether nothing is written before all is read. */
  #isWhole = false;
  /** What has been delivered, over all answers. */
  readonly #done = { count: 0, thing: "item" };

  private constructor(options: DeliveryOptions, query?: (value: unknown) => unknown) {
    this.#options = options;
    this.#query = query;
  }

  /**
   * Prepares to deliver.
   *
   * @param options Format, and where data goes.
   * @returns What delivers.
   * @throws {ToolError} `usage` for a query that is none.
   */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const { output: { query } } = options;
    return new Delivery(options, query === undefined ? undefined : await compileQuery(query));
  }

  /**
   * Writes status and header fields, as `--include` asks for.
   *
   * @param head What came before the body.
   */
  async head({ status, headers }: HttpHead): Promise<void> {
    const lines = [...headers].map(([name, value]) => `${name}: ${value}\n`);
    await this.#write(`HTTP ${status}\n${lines.join("")}\n`);
  }

  /**
   * Writes one answer.
   *
   * @param response The answer.
   * @param exchange What it answers, and who can ask for the rest of a download.
   * @throws {ToolError} `usage` for bytes on a terminal; what {@linkcode readBytes} and the query throw.
   */
  async answer(response: GraphResponse, exchange: Exchange): Promise<void> {
    const { content } = response;
    switch (content.kind) {
      case "json": {
        const writer = await this.#openWriter(exchange.request);
        await this.#write(writer.value(this.#ask(content.value)));
        return this.#tellLinks(Object(content.value), exchange.request);
      }
      case "empty":
        return;
      case "bytes":
        return await this.#bytes(response, content.stream, exchange);
    }
  }

  /**
   * Writes pages as they come; where format or query need the whole, after the last one.
   *
   * @param pages The pages.
   * @param request What they answer.
   * @throws {ToolError} What the pages and the query throw.
   */
  async pages(pages: AsyncIterable<GraphPage>, request: GraphRequest): Promise<void> {
    const { output: { format } } = this.#options;
    const writer = await this.#openWriter(request);
    const perItem = format === "ndjson" ? this.#query : undefined;
    const stream = this.#query === perItem ? writer.stream : undefined;
    if (stream === undefined) {
      this.#isWhole = true;
      const whole = await joinPages(this.#watch(pages));
      return await this.#write(writer.value(this.#ask(whole)));
    }
    for await (const page of this.#watch(pages)) {
      const items = perItem === undefined ? page.items : page.items.map(perItem);
      await this.#write(stream.page({ ...page, items }));
    }
    await this.#write(stream.end());
  }

  /**
   * Adds to an error what was written before it.
   *
   * @param error What was thrown.
   * @param state How many further requests will not be sent, and whether this one changed something.
   * @returns The error; it says that what was written is not all.
   */
  explain(error: unknown, { left, isDone }: { left: number; isDone: boolean }): unknown {
    const { output: { file, format }, sink: { keepsOld = false } } = this.#options;
    if (!(error instanceof ToolError)) return error;
    const verb = keepsOld || format === "none" || this.#isWhole ? "read" : "written";
    const { count } = this.#done;
    const done = `${countOf(this.#done)} ${count === 1 ? "was" : "were"} ${verb}`;
    const details = [
      ...(isDone ? ["The request was carried out"] : []),
      ...(count === 0 ? [] : [`${done}, and that is not all`]),
      ...(left === 0 ? [] : [`Endpoints that were not called: ${left}`]),
      ...(keepsOld ? [`"${file}" was not changed`] : []),
      ...error.details,
    ];
    return error.with({ details });
  }

  /** Shows how far a walk is, and tells at its end what the data itself does not. */
  async *#watch(pages: AsyncIterable<GraphPage>): AsyncGenerator<GraphPage> {
    const { log, terminal } = this.#options;
    const progress = terminal === undefined ? NO_PROGRESS : countPages(terminal);
    let [count, pageCount, last] = [0, 0, undefined as GraphPage | undefined];
    try {
      for await (const page of pages) {
        yield page;
        count += page.items.length;
        this.#done.count += page.items.length;
        progress.update({ count, pages: ++pageCount });
        last = page;
      }
    } finally {
      await progress.stop();
    }
    if (last?.isTruncated) {
      const done = countOf({ count, thing: "item" });
      log.notice(`Stopped after ${done}, as --max-items asks; there may be more`);
    }
    if (last !== undefined) this.#tellLinks(last.members);
  }

  /** Tells of the links that the data does not show, or that lead to more of it. */
  #tellLinks(members: Readonly<Record<string, unknown>>, request?: GraphRequest): void {
    const { output: { format }, log } = this.#options;
    if (request?.method === "GET" && "@odata.nextLink" in members) {
      log.notice("This is the first page; --all reads them all");
    }
    if (format !== "json" && "@odata.deltaLink" in members) {
      log.notice("The last page has an @odata.deltaLink, which --output json alone shows");
    }
  }

  async #bytes(
    response: GraphResponse,
    stream: ReadableStream,
    { graph, request }: Exchange,
  ): Promise<void> {
    const { sink, output: { format }, terminal } = this.#options;
    if (this.#query !== undefined || format === "none" || sink.isTerminal) {
      await stream.cancel();
      if (this.#query !== undefined) throw notJsonError(request.url, response);
      if (format === "none") return;
      throw terminalError(response);
    }
    const length = lengthOf(response);
    const isShown = terminal !== undefined && length !== undefined;
    const progress = isShown ? await openBar(terminal, length) : NO_PROGRESS;
    this.#done.thing = "byte";
    let count = 0;
    try {
      for await (const chunk of readBytes(graph, { request, response })) {
        await sink.write(chunk);
        count += chunk.length;
        this.#done.count += chunk.length;
        progress.update({ count });
      }
    } finally {
      await progress.stop();
    }
  }

  async #openWriter({ url }: GraphRequest): Promise<Writer> {
    const { output: { format, guardFormulas }, sink: { width }, log } = this.#options;
    // What a query makes has columns of its own.
    const columns = this.#query === undefined ? selectedColumns(url) : undefined;
    const warn = (message: string) => log.warning(message);
    return await openWriter(format, { columns, guardFormulas, width, warn });
  }

  #ask(value: unknown): unknown {
    return this.#query === undefined ? value : this.#query(value);
  }

  async #write(text: string): Promise<void> {
    const { sink } = this.#options;
    if (text !== "") await sink.write(sink.isTerminal ? escapeUnseen(text) : text);
  }
}

function countOf({ count, thing }: { count: number; thing: string }): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function terminalError({ headers }: HttpHead): ToolError {
  const type = headers.get("content-type") ?? "bytes";
  return new ToolError("usage", `Cannot print the answer on a terminal: it is a file (${type})`, {
    hint: "name a file with --output-file, or pipe it into a program",
  });
}
