/**
 * A port that nobody listens on.
 *
 * @module
 */

/** Gives a port of loopback that was free a moment ago. */
export function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
