import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";

import { type HttpAnswer, HttpClient, type HttpOptions } from "../lib/http.ts";
import { Log } from "../lib/log.ts";
import { closedPort } from "./support/closed_port.ts";
import { serveRaw } from "./support/raw_server.ts";

type Handler = (request: Request, count: number) => Response | Promise<Response>;

interface Server extends AsyncDisposable {
  url: string;
  /** Methods and bodies, in order. */
  seen: string[];
  /** Waits that the client asked for, in milliseconds. */
  waits: number[];
  client(options?: HttpOptions): HttpClient;
}

/** Starts a server on loopback, and gives clients that do not really wait. */
function serve(handler: Handler): Server {
  const [seen, waits]: [string[], number[]] = [[], []];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      seen.push(`${request.method} ${await request.text()}`.trim());
      return await handler(request, seen.length);
    },
  );
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}/x?secret=y`,
    seen,
    waits,
    client: (options) => new HttpClient({ sleep, random: () => 0.5, ...options }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function busyTimes(times: number, status: number, headers: HeadersInit = {}): Handler {
  return (_, count) =>
    count > times ? new Response("ok") : new Response("busy", { status, headers });
}

const RETRIED: [string, number, HeadersInit, number[]][] = [
  ["GET", 408, {}, [500, 1_000]],
  ["GET", 429, { "retry-after": "7" }, [7_000, 7_000]],
  ["GET", 500, {}, [500, 1_000]],
  ["GET", 502, { "retry-after": "0.5" }, [500, 500]],
  ["HEAD", 503, {}, [500, 1_000]],
  ["PUT", 504, {}, [500, 1_000]],
  ["DELETE", 500, {}, [500, 1_000]],
  ["POST", 429, { "retry-after": "0" }, [0, 0]],
  ["PATCH", 503, {}, [500, 1_000]],
];

for (const [method, status, headers, waits] of RETRIED) {
  Deno.test(`HttpClient sends ${method} again after ${status}`, async () => {
    await using server = serve(busyTimes(2, status, headers));
    const body = method === "GET" || method === "HEAD" ? undefined : "a";
    const response = await server.client().send({ method, url: server.url, body });
    strictEqual(response.status, 200);
    deepStrictEqual([response.attempts, response.busy], [3, false]);
    deepStrictEqual(server.seen, Array(3).fill(`${method} ${body ?? ""}`.trim()));
    deepStrictEqual(server.waits, waits);
  });
}

const SENT_ONCE: [string, number][] = [
  ["POST", 500],
  ["POST", 502],
  ["PATCH", 504],
  ["GET", 400],
  ["GET", 404],
  ["GET", 409],
  ["GET", 501],
  ["GET", 507],
];

for (const [method, status] of SENT_ONCE) {
  Deno.test(`HttpClient sends ${method} once when the answer is ${status}`, async () => {
    await using server = serve(() => new Response("no", { status }));
    const response = await server.client().send({ method, url: server.url });
    deepStrictEqual([response.status, response.body, response.busy], [status, "no", status >= 500]);
    strictEqual(server.seen.length, 1);
  });
}

Deno.test("HttpClient gives the last answer when its retries are used up", async () => {
  await using server = serve(busyTimes(9, 503, { "retry-after": "1" }));
  const response = await server.client().send({ method: "GET", url: server.url });
  deepStrictEqual([response.attempts, response.busy, response.retryAfter], [5, true, 1_000]);
  strictEqual(server.seen.length, 5);
});

Deno.test("HttpClient does not begin a wait that its budget cannot hold", async () => {
  await using server = serve(busyTimes(9, 429, { "retry-after": "121" }));
  const response = await server.client().send({ method: "GET", url: server.url });
  deepStrictEqual([response.attempts, response.retryAfter], [1, 121_000]);
  deepStrictEqual(server.waits, []);
});

Deno.test("HttpClient shares its budget of waiting among requests", async () => {
  await using server = serve((_, count) =>
    count % 2 === 1
      ? new Response("", { status: 429, headers: { "retry-after": "7" } })
      : new Response()
  );
  const client = server.client({ maxWait: 10_000 });
  strictEqual((await client.send({ method: "GET", url: server.url })).status, 200);
  strictEqual((await client.send({ method: "GET", url: server.url })).status, 429);
  deepStrictEqual(server.waits, [7_000]);
});

Deno.test("HttpClient takes the request's word on passing faults and on repeating", async () => {
  await using server = serve((_, count) => new Response(String(count), { status: 400 }));
  const isTransient = ({ body }: HttpAnswer): boolean => body !== "3";
  const request = { method: "POST", url: server.url, idempotent: true, isTransient };
  const response = await server.client().send(request);
  deepStrictEqual([response.body, response.attempts], ["3", 3]);
});

Deno.test("HttpClient follows no redirect", async () => {
  await using elsewhere = serve(() => new Response("elsewhere"));
  await using server = serve(() => Response.redirect(elsewhere.url, 302));
  const response = await server.client().send({ method: "GET", url: server.url });
  strictEqual(response.status, 302);
  deepStrictEqual(elsewhere.seen, []);
});

Deno.test("HttpClient gives up on an answer that never comes, for each attempt", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = serve(async () => {
    await promise;
    return new Response();
  });
  const client = server.client({ timeout: 30, maxRetries: 2 });
  await rejects(client.send({ method: "GET", url: server.url }), {
    code: "try_again",
    message: /^Cannot reach 127\.0\.0\.1:\d+: no whole answer within 0\.03 s, 3 attempts$/,
  });
  resolve();
});

Deno.test("HttpClient asks again for a body that breaks off", async () => {
  const half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhalf";
  await using server = serveRaw((_, n) => n === 1 ? half : undefined);
  const client = new HttpClient({ maxRetries: 2, timeout: 500, sleep: () => Promise.resolve() });
  await rejects(client.send({ method: "GET", url: server.url }), {
    code: "try_again",
    message: /3 attempts$/,
  });
  strictEqual(server.seen.length, 3);
});

Deno.test("HttpClient tells that a POST without an answer may have been carried out", async () => {
  const url = `https://127.0.0.1:${closedPort()}/`;
  await rejects(new HttpClient().send({ method: "POST", url }), {
    code: "try_again",
    message: /Connection refused.*, 1 attempt; it may have been carried out$/,
  });
});

Deno.test("HttpClient is not repeated by the runtime when a pooled connection is dead", async () => {
  const ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
  // Each connection answers once, and breaks at its second request.
  await using server = serveRaw((_, n) => n === 1 ? ok : undefined);
  const client = new HttpClient();
  strictEqual((await client.send({ method: "GET", url: server.url })).status, 200);
  strictEqual((await client.send({ method: "POST", url: server.url, body: "x" })).status, 200);
  deepStrictEqual(server.seen.map((request) => request.split(" ")[0]), ["GET", "POST"]);
});

Deno.test("HttpClient refuses a host that Deno does not allow, and names the flag", async () => {
  await rejects(new HttpClient().send({ method: "GET", url: "https://graph.microsoft.com/" }), {
    code: "permission",
    message: "Cannot reach graph.microsoft.com:443: Deno does not allow it",
    hint: "run: deno run -P --allow-net=graph.microsoft.com:443 main.ts",
  });
});

Deno.test("HttpClient ends a request under way by its signal", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const stop = new Error("stop");
  await using server = serve(async () => {
    controller.abort(stop);
    await promise;
    return new Response();
  });
  const client = server.client({ signal: controller.signal });
  await rejects(client.send({ method: "GET", url: server.url }), stop);
  resolve();
  await rejects(client.send({ method: "GET", url: server.url }), stop);
  strictEqual(server.seen.length, 1);
});

Deno.test("HttpClient ends a wait by its signal", async () => {
  await using server = serve(busyTimes(9, 503, { "retry-after": "60" }));
  const controller = new AbortController();
  // The line that tells of the wait comes just before it.
  const log = new Log((line) => {
    if (line.startsWith("waiting")) queueMicrotask(() => controller.abort());
  }, { verbose: true });
  const client = new HttpClient({ signal: controller.signal, log });
  await rejects(client.send({ method: "GET", url: server.url }), { name: "AbortError" });
});

Deno.test("HttpClient waits, jitters and sends for real by default", async () => {
  await using server = serve(busyTimes(1, 503, { "retry-after": "0.001" }));
  const response = await new HttpClient().send({ method: "GET", url: server.url });
  strictEqual(response.attempts, 2);
});

Deno.test("HttpClient logs each attempt without private query values", async () => {
  const lines: string[] = [];
  const log = new Log((line) => lines.push(line), { verbose: true });
  await using server = serve(busyTimes(1, 503, { "request-id": "ab-1" }));
  await server.client({ log, now: () => 0 }).send({ method: "GET", url: server.url });
  const url = server.url.replace("=y", "=…");
  deepStrictEqual(lines, [
    `GET ${url}: 503 in 0 ms, attempt 1, request-id ab-1`,
    "waiting 500 ms before attempt 2",
    `GET ${url}: 200 in 0 ms, attempt 2`,
  ]);
});

Deno.test("HttpClient shows no token in a URL, wherever a service put it", async () => {
  await using server = serve(() => new Response("ok"));
  const lines: string[] = [];
  const client = server.client({ log: new Log((line) => lines.push(line), { verbose: true }) });
  const token = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
  const url = new URL(`/users/${token}`, server.url).href;
  await client.send({ method: "GET", url, headers: { authorization: `Bearer ${token}` } });
  match(lines[0], /^GET http:.*\/users\/\[secret\]: 200 /);
});
