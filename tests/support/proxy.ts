/**
 * An HTTP proxy on loopback that only knows CONNECT, and tells where it was asked to.
 *
 * @module
 */

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** `host:port` of each connection that it made, in order. */
  targets: string[];
}

/** Starts a proxy. */
export function startProxy(): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const targets: string[] = [];
  const work: Promise<unknown>[] = [];
  const connect = async (client: Deno.TcpConn): Promise<void> => {
    const buffer = new Uint8Array(4_096);
    const length = await client.read(buffer) ?? 0;
    const [, hostname, port] =
      /^CONNECT ([^:]+):(\d+)/.exec(new TextDecoder().decode(buffer.subarray(0, length))) ?? [];
    targets.push(`${hostname}:${port}`);
    const server = await Deno.connect({ hostname, port: Number(port) });
    await client.write(new TextEncoder().encode("HTTP/1.1 200 Connection established\r\n\r\n"));
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  };
  const accepting = (async () => {
    for await (const client of listener) work.push(connect(client).catch(() => client.close()));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    targets,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      listener.close();
      await accepting;
      await Promise.allSettled(work);
    },
  };
}
