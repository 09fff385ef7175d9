/**
 * Waits for what a test cannot be told of.
 *
 * @module
 */

/** Between two looks; short beside the 100 ms that the program takes to start. */
const LOOK_MS = 2;

/** Waits until something holds; a program that ends before that will never make it so. */
export async function until(holds: () => boolean, { status }: Deno.ChildProcess): Promise<void> {
  let hasEnded = false;
  status.then(() => hasEnded = true);
  while (!holds()) {
    if (hasEnded) throw new Error("The program has ended before it came to where the test waits");
    await pause(LOOK_MS);
  }
}

/** Waits some milliseconds. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
