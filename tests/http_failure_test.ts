import { match, ok, strictEqual } from "node:assert/strict";

import { ToolError } from "../lib/errors.ts";
import { networkError, reasonOf, tryAgainError } from "../lib/http_failure.ts";

Deno.test("tryAgainError() tells when to come back", () => {
  const answer = { status: 429, headers: new Headers(), body: "", attempts: 1, busy: true };
  const error = tryAgainError("Cannot GET /x", { ...answer, retryAfter: 299_500 }, {
    now: () => 0,
  });
  ok(error instanceof ToolError);
  strictEqual(error.code, "try_again");
  strictEqual(
    error.message,
    "Cannot GET /x: 429, 1 attempt; run again in 300 s (after 1970-01-01T00:05:00.000Z)",
  );
  strictEqual(error.facts.retryAfter, 300);
  match(
    tryAgainError("a", { ...answer, attempts: 5 }, {}).message,
    /5 attempts; run again in some minutes$/,
  );
});

const SENT = { url: "https://graph.microsoft.com/v1.0/users", idempotent: true };

Deno.test("networkError() tells who has to act", () => {
  const error = networkError(SENT, { reason: "Connection refused", attempts: 5 });
  strictEqual(error.code, "try_again");
  strictEqual(error.message, "Cannot reach graph.microsoft.com: Connection refused, 5 attempts");
  const tls = networkError(SENT, {
    reason: "invalid peer certificate: UnknownIssuer",
    attempts: 1,
  });
  strictEqual(tls.code, "config");
  const post = networkError({ ...SENT, idempotent: false }, { reason: "reset", attempts: 1 });
  match(post.message, /1 attempt; it may have been carried out$/);
  match(String(post.hint), /and whether it has been carried out, then run again$/);
});

Deno.test("networkError() does not ask again for what is too large", () => {
  const error = networkError(SENT, { reason: "string too long", attempts: 1 });
  strictEqual(error.code, "refused");
  match(String(error.hint), /--top/);
});

Deno.test("reasonOf() finds the reason in the cause, and repeats no URL", () => {
  const cause = new Error("client error (Connect): tcp connect error for https://a.example/x?s=1");
  strictEqual(reasonOf(new TypeError("fetch failed", { cause }), 1), "tcp connect error for …");
  strictEqual(reasonOf("odd", 1), "odd");
  const late = new DOMException("", "TimeoutError");
  strictEqual(reasonOf(late, 1_500), "no whole answer within 1.5 s");
});
