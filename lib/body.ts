/**
 * Passes on the body of an answer as it comes, and gives up on a source that stalls.
 *
 * @module
 */

/** A source that sends less than this within the timeout stalls: a byte a second is no download. */
const LEAST_BYTES = 1_024;

/** Options of {@linkcode watchBody}. */
export interface WatchOptions {
  /** Milliseconds within which the next 1,024 bytes, or the end, must come. */
  timeout: number;
  /** Called when they do not; it must break the source. */
  onStall: (reason: Error) => void;
  /** Gives the error that the reader sees for what the source threw. */
  toError: (error: unknown) => unknown;
}

/**
 * Watches a body. Only the time that the source takes counts, not that of the reader.
 *
 * @param source The body of an answer.
 * @param options When it stalls, and what happens then.
 * @returns The same bytes.
 */
export function watchBody(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  { timeout, onStall, toError }: WatchOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let [left, received] = [timeout, 0];
  return new ReadableStream({
    pull: async (controller): Promise<void> => {
      const begin = performance.now();
      const stall = () => onStall(new Error(`less than 1 KiB within ${timeout / 1_000} s`));
      const timer = setTimeout(stall, Math.max(0, left));
      try {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        left -= performance.now() - begin;
        received += value.length;
        if (received >= LEAST_BYTES) [left, received] = [timeout, 0];
        controller.enqueue(value);
      } catch (error) {
        controller.error(toError(error));
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
