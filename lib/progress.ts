/**
 * Shows on a terminal how far a run is, and takes it away in the end.
 *
 * @module
 */

/** Tells how far a run is. */
export interface Progress {
  /** Notes what has been written. */
  update(done: { count: number; pages?: number }): void;
  /** Ends the display. */
  stop(): Promise<void>;
}

/** Where progress is shown. */
export interface Terminal {
  /** Writes at once. */
  write(text: string): void;
  /** The same, for those who want a stream. */
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
}

/** A line is not written anew before so many milliseconds are over. */
const LEAST_MS = 100;

const CLEAR_LINE = "\r\x1b[K";

/** Shows nothing. */
export const NO_PROGRESS: Progress = { update: () => {}, stop: () => Promise.resolve() };

/**
 * Counts items and pages, whose number nobody knows beforehand.
 *
 * @param terminal The terminal.
 * @returns The display.
 */
export function countPages(terminal: Terminal): Progress {
  let last = -Infinity;
  return {
    update: ({ count, pages = 0 }): void => {
      if (performance.now() - last < LEAST_MS) return;
      last = performance.now();
      terminal.write(`${CLEAR_LINE}items: ${count}, pages: ${pages}`);
    },
    stop: (): Promise<void> => {
      if (last > 0) terminal.write(CLEAR_LINE);
      return Promise.resolve();
    },
  };
}

/**
 * Shows a bar for a download.
 *
 * @param terminal The terminal.
 * @param max How many bytes it will be.
 * @returns The display.
 */
export async function openBar({ writable }: Terminal, max: number): Promise<Progress> {
  const { ProgressBar } = await import("@std/cli/unstable-progress-bar");
  const bar = new ProgressBar({ writable, max, clear: true });
  return {
    update: ({ count }): void => {
      bar.value = count;
    },
    stop: () => bar.stop(),
  };
}
