/**
 * Standard output and input, for a run that a signal may end at any moment.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import type { Sink } from "./sink.ts";

/** Bytes that one write takes; a page of users is a third of it. */
const CHUNK = 1_048_576;

/** Standard output. `Deno.stdout.writable` would do this, too, and make `--help` a tenth slower. */
export class StandardOutput implements Sink {
  /** Whether people read it. */
  readonly isTerminal: boolean = Deno.stdout.isTerminal();
  /** Columns of the terminal; some terminals say that they have none. */
  readonly width: number | undefined = this.isTerminal
    ? Deno.consoleSize().columns || undefined
    : undefined;
  readonly #signal: AbortSignal;
  readonly #encoder = new TextEncoder();
  /** Used again and again, since a new one for each text would take longer than the encoding. */
  #buffer?: Uint8Array<ArrayBuffer>;

  /**
   * Makes a sink.
   *
   * @param signal Ends a write that its reader holds up. @default {never}
   */
  constructor(signal: AbortSignal = new AbortController().signal) {
    this.#signal = signal;
  }

  /**
   * Writes a text or bytes.
   *
   * @param data What comes next.
   * @throws {ToolError} `config` when there is no room. `BrokenPipe` is thrown as it is, since it only says
   * that the reader has enough; so is the reason of the signal.
   */
  async write(data: string | Uint8Array): Promise<void> {
    if (typeof data !== "string") return await this.#writeAll(data);
    const buffer = this.#buffer ??= new Uint8Array(CHUNK);
    for (let rest = data; rest !== "";) {
      const { read, written } = this.#encoder.encodeInto(rest, buffer);
      await this.#writeAll(buffer.subarray(0, written));
      rest = rest.slice(read);
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const written = Deno.stdout.write(rest).catch((error) => {
        if (error instanceof Deno.errors.BrokenPipe) throw error;
        const state = error instanceof Error ? error.message : String(error);
        throw new ToolError("config", `Cannot write to stdout: ${state}; what came is not whole`);
      });
      rest = rest.subarray(await unlessEnded(written, this.#signal));
    }
  }
}

/**
 * Reads standard input to its end.
 *
 * @param signal Ends the wait for it.
 * @returns What came.
 */
export async function readStandardInput(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  return await unlessEnded(new Response(Deno.stdin.readable).bytes(), signal);
}

/** Nobody can call a read or write back, but the run need not wait for it. */
async function unlessEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
