import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";

import { watchBody, type WatchOptions } from "../lib/body.ts";

interface Watched {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  source: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  stalls: Error[];
  cancelled: unknown[];
}

/** Watches a source that a test feeds; a stall breaks it, as it breaks a connection. */
function watch(options: Partial<WatchOptions> = {}): Watched {
  const [stalls, cancelled]: [Error[], unknown[]] = [[], []];
  let source: Watched["source"] | undefined;
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      source = controller;
    },
    cancel: (reason) => {
      cancelled.push(reason);
    },
  });
  if (source === undefined) throw new TypeError("no source");
  const feed = source;
  const onStall = (reason: Error): void => {
    stalls.push(reason);
    feed.error(reason);
  };
  const stream = watchBody(readable, {
    timeout: 50,
    onStall,
    toError: (error) => error,
    ...options,
  });
  return { stream, source, stalls, cancelled };
}

Deno.test("watchBody() gives the same bytes, and ends with the source", async () => {
  const { stream, source } = watch({ timeout: 60_000 });
  source.enqueue(Uint8Array.of(1, 2));
  source.enqueue(Uint8Array.of(3));
  source.close();
  deepStrictEqual(await new Response(stream).bytes(), Uint8Array.of(1, 2, 3));
});

Deno.test("watchBody() gives up on a source that sends nothing", async () => {
  const { stream, stalls } = watch();
  await rejects(new Response(stream).bytes(), /less than 1 KiB within 0\.05 s/);
  strictEqual(stalls.length, 1);
});

Deno.test("watchBody() gives up on a source that drips", async () => {
  const { stream, source } = watch();
  const drip = setInterval(() => source.enqueue(Uint8Array.of(0)), 5);
  await rejects(new Response(stream).bytes(), /less than 1 KiB/);
  clearInterval(drip);
});

Deno.test("watchBody() does not count the time that the reader takes", async () => {
  const { stream, source, stalls } = watch();
  source.enqueue(Uint8Array.of(1));
  const reader = stream.getReader();
  deepStrictEqual((await reader.read()).value, Uint8Array.of(1));
  await new Promise((resolve) => setTimeout(resolve, 120));
  source.enqueue(Uint8Array.of(2));
  deepStrictEqual((await reader.read()).value, Uint8Array.of(2));
  strictEqual(stalls.length, 0);
  await reader.cancel();
});

Deno.test("watchBody() begins anew after each KiB", async () => {
  const { stream, source, stalls } = watch({ timeout: 250 });
  const bytes = new Response(stream).bytes();
  for (let n = 0; n < 5; n++) {
    source.enqueue(new Uint8Array(1_024));
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  source.close();
  strictEqual((await bytes).length, 5 * 1_024);
  strictEqual(stalls.length, 0);
});

Deno.test("watchBody() tells the reader's error, and passes a cancel on", async () => {
  const broken = watch({ timeout: 60_000, toError: (error) => new Error(`told: ${error}`) });
  broken.source.error(new Error("reset"));
  await rejects(new Response(broken.stream).bytes(), ({ message }) => {
    match(message, /^told: Error: reset$/);
    return true;
  });
  const { stream, cancelled } = watch();
  await stream.cancel("enough");
  deepStrictEqual(cancelled, ["enough"]);
});
