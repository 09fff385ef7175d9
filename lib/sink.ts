/**
 * Where data goes: standard output, or a file that takes the place of the old one only when it is
 * whole.
 *
 * @module
 */

/** Takes data, in order. */
export interface Sink {
  /** Whether people read it as it comes. */
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly width?: number;
  /** Whether what was there before stays until all is written. */
  readonly keepsOld?: boolean;
  /** Writes a text or bytes, and waits until they are taken. */
  write(data: string | Uint8Array): Promise<void>;
}
