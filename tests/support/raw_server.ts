/**
 * A TCP server for answers that no HTTP server would give.
 *
 * @module
 */

/** What one connection does with the nth request that comes by it; closes when it gives nothing. */
export type RawHandler = (request: string, n: number) => string | undefined;

/** A running server. */
export interface RawServer extends AsyncDisposable {
  url: string;
  /** Each request as it came, over all connections. */
  seen: string[];
}

/** Starts a server on loopback. A request is what one read gives. */
export function serveRaw(handler: RawHandler): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: string[] = [];
  const open = new Set<Deno.Conn>();
  const work: Promise<void>[] = [];
  const talk = async (connection: Deno.Conn): Promise<void> => {
    open.add(connection);
    try {
      const buffer = new Uint8Array(65_536);
      for (let n = 1;; n++) {
        const length = await connection.read(buffer);
        if (length === null) break;
        seen.push(new TextDecoder().decode(buffer.subarray(0, length)));
        const answer = handler(seen[seen.length - 1], n);
        if (answer === undefined) break;
        await connection.write(new TextEncoder().encode(answer));
      }
    } catch {
      // The other side went away.
    }
    if (open.delete(connection)) connection.close();
  };
  const accepting = (async () => {
    for await (const connection of listener) work.push(talk(connection));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    seen,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      listener.close();
      for (const connection of open) connection.close();
      open.clear();
      await Promise.all([accepting, ...work]);
    },
  };
}
