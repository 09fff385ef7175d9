import { strictEqual } from "node:assert/strict";

import { ToolError } from "../lib/errors.ts";
import { redactPath, withoutSecrets } from "../lib/redact.ts";

const SECRET = "q8Q~abc;def\"ghi jkl&mno'pqr";

/** What a service may make of a secret. */
const ECHOES: [string, string][] = [
  [SECRET, "[secret]"],
  [JSON.stringify(SECRET), '"[secret]"'],
  [encodeURIComponent(SECRET), "[secret]"],
  [encodeURIComponent(SECRET).toLowerCase(), "[secret]"],
  [new URLSearchParams({ s: SECRET }).toString(), "s=[secret]"],
  [SECRET.slice(0, 15), "[secret]"],
  [SECRET.slice(5, 20), "[secret]"],
  [SECRET.slice(-14), "[secret]"],
  [`${SECRET} and ${SECRET}`, "[secret] and [secret]"],
  ["nothing of it", "nothing of it"],
];

for (const [echo, shown] of ECHOES) {
  Deno.test(`withoutSecrets() takes the secret out of ${echo}`, () => {
    const error = new ToolError("refused", `You sent ${echo}`, {
      hint: echo,
      details: [echo],
      facts: { requestId: echo, status: 400 },
    });
    const cleaned = withoutSecrets(error, [SECRET]) as ToolError;
    strictEqual(cleaned.message, `You sent ${shown}`);
    strictEqual(
      [cleaned.hint, ...cleaned.details, cleaned.facts.requestId].join(),
      [shown, shown, shown].join(),
    );
    strictEqual(cleaned.facts.status, 400);
  });
}

Deno.test("withoutSecrets() leaves words and other errors alone", () => {
  const error = new ToolError("no_token", "Cannot get a token");
  strictEqual(withoutSecrets(error, ["token"]), error);
  strictEqual(withoutSecrets("text", ["token1"]), "text");
});

Deno.test("redactPath() hides what may be a pasted secret or key", () => {
  strictEqual(redactPath("/etc/graph-daemon/daemon key.pem"), "/etc/graph-daemon/daemon key.pem");
  strictEqual(redactPath("aB3~cdEfGhIjKlMnOpQrStUvWxYz012345"), "…");
  strictEqual(redactPath("a/".repeat(100)).length, 120);
});
