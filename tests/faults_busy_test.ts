/**
 * The table of faults, part one: services that are busy.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";

import { busy, html, natural, onPage } from "./support/faults.ts";
import { BACKOFF, type FaultRow, walk } from "./support/fault_table.ts";
import type { Reply } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

const until: Reply = (request, exchange) => {
  const date = new Date(Date.now() + 1_000).toUTCString();
  return busy(429, { "retry-after": date })(request, exchange);
};

walk([
  {
    given: "429 with seconds",
    replies: [busy(429, { "retry-after": "1" })],
    requests: 4,
    waits: [[1_000, 1_000]],
  },
  {
    given: "429 with a fraction of a second",
    replies: [busy(429, { "retry-after": "0.128" })],
    requests: 4,
    waits: [[128, 128]],
  },
  {
    given: "429 with a date",
    replies: [until],
    requests: 4,
    waits: [[0, 2_000]],
  },
  { given: "429 without Retry-After", replies: [busy(429)], requests: 4, waits: [BACKOFF] },
  {
    given: "429 for ever",
    replies: Array(9).fill(busy(429, { "retry-after": "0.1" })),
    args: ["--max-retries", "2"],
    code: 75,
    tells: [/^Error: Cannot GET .*: 429 TooManyRequests, .*, 3 attempts; run again in 1 s/m],
    requests: 4,
    waits: [[100, 100], [100, 100]],
  },
  {
    given: "429 with more than the budget of waiting",
    replies: [busy(429, { "retry-after": "11" })],
    args: ["--max-wait", "10"],
    code: 75,
    tells: [/, 1 attempt; run again in 11 s \(after 20\d\d-/],
    requests: 2,
  },
  {
    given: "429 on and on, until the budget of waiting is used up",
    replies: Array(9).fill(busy(429, { "retry-after": "0.2" })),
    args: ["--max-wait", "0.5"],
    code: 75,
    tells: [/, 3 attempts; run again in 1 s/],
    requests: 4,
    waits: [[200, 200], [200, 200]],
  },
]);

walk([500, 502, 503, 504].flatMap((status): FaultRow[] => [
  { given: `${status} once`, replies: [busy(status)], requests: 4, waits: [BACKOFF] },
  {
    given: `${status} for ever`,
    replies: Array(9).fill(busy(status)),
    args: ["--max-retries", "1"],
    code: 75,
    tells: [
      new RegExp(`: ${status} serviceNotAvailable, .*, 2 attempts; run again in some minutes`),
    ],
    requests: 3,
    waits: [BACKOFF],
  },
]));

walk([
  { given: "HTML with 503 once", replies: [html(503)], requests: 4, waits: [BACKOFF] },
  {
    given: "HTML with 503 for ever",
    replies: Array(9).fill(html(503)),
    args: ["--max-retries", "1"],
    code: 75,
    tells: [/: 503, 2 attempts; run again/, /^ {2}The answer begins: "<html>/m],
    requests: 3,
    waits: [BACKOFF],
  },
]);

Deno.test("main never asks again before Retry-After is over", async () => {
  await using workspace = await Workspace.open();
  const times: number[] = [];
  const noting = (reply: Reply): Reply => (request, exchange) => {
    times.push(performance.now());
    return reply(request, exchange);
  };
  const throttled = noting(busy(429, { "retry-after": "0.7" }));
  workspace.tenant.reply("graph", ...onPage(2, throttled), noting(natural));
  const { code } = await workspace.run(["parameters.json", "/users?$top=1", "--all"]);
  strictEqual(code, 0);
  // Timers of different processes may differ by a millisecond or two.
  ok(times[1] - times[0] >= 695, `${times[1] - times[0]} ms`);
});
