import { ok, strictEqual } from "node:assert/strict";

import { Secret } from "../lib/secret.ts";

Deno.test("Secret shows its text to nobody but reveal()", () => {
  const secret = new Secret("p4ss");
  strictEqual(secret.reveal(), "p4ss");
  const shown = [
    `${secret}`,
    JSON.stringify({ secret }),
    Deno.inspect(secret, { showHidden: true, getters: true }),
    Object.values(secret).join(),
    new Error("x", { cause: secret }).stack,
  ].join("\n");
  ok(!shown.includes("p4ss"));
});
