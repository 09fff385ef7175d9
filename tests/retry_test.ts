import { ok, strictEqual } from "node:assert/strict";

import { backoff, isIdempotent, isRetryable, readRetryAfter } from "../lib/retry.ts";

const NOW = Date.parse("2026-11-22T10:00:00Z");

const RETRY_AFTER: [Record<string, string>, number | undefined][] = [
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "30" }, 30_000],
  [{ "retry-after": " 7 " }, 7_000],
  [{ "retry-after": "2.128" }, 2_128],
  [{ "retry-after": "0.0001" }, 1],
  [{ "retry-after": "Sun, 22 Nov 2026 10:00:09 GMT" }, 9_000],
  [{ "retry-after": "Sun, 22 Nov 2026 09:59:00 GMT" }, 0],
  [
    { "retry-after": "Sun, 22 Nov 2026 11:00:09 GMT", date: "Sun, 22 Nov 2026 11:00:00 GMT" },
    9_000,
  ],
  [{ "retry-after": "Sun, 22 Nov 2026 10:00:09 GMT", date: "soon" }, 9_000],
  [{ "retry-after": "9".repeat(400) }, 1e12],
  [{ "retry-after": "foo 5" }, undefined],
  [{ "retry-after": "-5" }, undefined],
  [{ "retry-after": "2026" + "x" }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
];

for (const [headers, wait] of RETRY_AFTER) {
  Deno.test(`readRetryAfter() gives ${wait} for ${JSON.stringify(headers)}`, () => {
    strictEqual(readRetryAfter(new Headers(headers), NOW), wait);
  });
}

Deno.test("isRetryable() lets a request that does no harm be repeated after passing faults", () => {
  const repeated = [200, 400, 401, 403, 404, 408, 409, 423, 429, 500, 501, 502, 503, 504, 507]
    .filter((status) => isRetryable(status, { idempotent: true }));
  strictEqual(String(repeated), "408,429,500,502,503,504");
  ok(isRetryable(undefined, { idempotent: true }));
});

Deno.test("isRetryable() lets a POST be repeated only where the service has not begun", () => {
  const repeated = [400, 408, 429, 500, 502, 503, 504]
    .filter((status) => isRetryable(status, { idempotent: false }));
  strictEqual(String(repeated), "429,503");
  ok(!isRetryable(undefined, { idempotent: false }));
});

Deno.test("isIdempotent() is false for POST and PATCH alone", () => {
  const methods = ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"].filter(isIdempotent);
  strictEqual(String(methods), "GET,HEAD,PUT,DELETE");
});

Deno.test("backoff() doubles its bound up to 30 s", () => {
  const bounds = [1, 2, 3, 4, 5, 6, 50].map((attempt) => backoff(attempt, 1));
  strictEqual(String(bounds), "1000,2000,4000,8000,16000,30000,30000");
  strictEqual(backoff(5, 0), 0);
});
