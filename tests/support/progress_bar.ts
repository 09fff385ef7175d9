/**
 * Stands in for `@std/cli/unstable-progress-bar` where JSR cannot be reached: the part of its interface
 * that the program uses.
 *
 * @module
 */

const LENGTH = 50;

/** A bar that is drawn once a second. */
export class ProgressBar {
  /** What is done. */
  value = 0;
  readonly #max: number;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor({ writable, max }: {
    writable: WritableStream<Uint8Array<ArrayBuffer>>;
    max: number;
    clear: true;
  }) {
    this.#max = max;
    this.#writer = writable.getWriter();
    this.#timer = setInterval(() => this.#draw(), 1_000);
    this.#draw();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write("");
    this.#writer.releaseLock();
  }

  #draw(): Promise<void> {
    const done = Math.trunc(LENGTH * Math.min(1, this.value / this.#max));
    const bar = "#".repeat(done) + "-".repeat(LENGTH - done);
    return this.#write(`[${bar}] [${this.value}/${this.#max} bytes]`);
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#writer.write(new TextEncoder().encode(`\r\x1b[K${text}`));
    } catch {
      // Nobody watches.
    }
  }
}
