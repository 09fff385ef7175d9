import { match, ok, rejects, strictEqual } from "node:assert/strict";

import { ToolError } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import { thumbprintOf } from "./support/certificates.ts";
import { hang, Tenant } from "./support/tenant.ts";
import { sourceFor, type SourceOptions } from "./support/token_source.ts";

const REFUSALS: [string, (tenant: Tenant) => SourceOptions, number, RegExp][] = [
  [
    "a wrong secret",
    () => ({ credential: { kind: "secret", secret: new Secret("x") } }),
    7000215,
    /value/,
  ],
  ["an unknown app", () => ({ clientId: "x" }), 700016, /client_id/],
  ["a wrong scope", () => ({ scopes: ["User.Read.All"] }), 1002012, /\/\.default/],
  [
    "an unknown resource",
    () => ({ scopes: ["https://x.example/.default"] }),
    500011,
    /\/\.default/,
  ],
  [
    "an expired secret",
    (tenant) => {
      tenant.app.secretExpired = true;
      return {};
    },
    7000222,
    /new secret/,
  ],
  [
    "a key that is not registered",
    (tenant) => {
      const { certificate, privateKey } = tenant.keys;
      tenant.app.certificates = [];
      const thumbprint = { hash: "sha256", hex: thumbprintOf(certificate, "sha256") } as const;
      return {
        credential: { kind: "certificate", thumbprint, privateKey: new Secret(privateKey) },
      };
    },
    700027,
    /upload the public certificate/,
  ],
  [
    "an unknown tenant",
    (tenant) => {
      const { origin, app } = tenant;
      tenant.reply(
        "token",
        async (request) =>
          await tenant.fetch(`${origin}/nobody.example/oauth2/v2.0/token`, {
            method: "POST",
            body: request.body,
          }),
      );
      return { clientId: app.clientId };
    },
    90002,
    /tenant/,
  ],
];

for (const [name, prepare, number, fix] of REFUSALS) {
  Deno.test(`TokenSource explains ${name}`, async () => {
    await using tenant = await Tenant.start();
    await rejects(sourceFor(tenant, prepare(tenant)).get(), (error) => {
      ok(error instanceof ToolError);
      strictEqual(error.code, "no_token");
      strictEqual(error.facts.aadsts, number);
      match(error.message, new RegExp(`^Cannot get a token: .* \\(AADSTS${number}\\)$`));
      match(String(error.hint), fix);
      match(
        error.details.join("\n"),
        /^error: \w+\nerror_description: AADSTS.*\ncorrelation_id: [\w-]+$/,
      );
      match(String(error.facts.correlationId), /^[0-9a-f-]{36}$/);
      return true;
    });
  });
}

Deno.test("TokenSource leads to admin consent where that is what is missing", async () => {
  await using tenant = await Tenant.start();
  const refusal = { error: "invalid_grant", error_description: "AADSTS65001: no consent" };
  tenant.reply("token", () => Response.json(refusal, { status: 400 }));
  const { origin, app } = tenant;
  const url = `${origin}/${app.tenantId}/adminconsent?client_id=${app.clientId}`;
  await rejects(
    sourceFor(tenant).get(),
    (error) => String((error as ToolError).hint).endsWith(url),
  );
});

Deno.test("TokenSource tells a number that it does not know", async () => {
  await using tenant = await Tenant.start();
  tenant.reply("token", () => Response.json({ error: "x", error_codes: [12345] }, { status: 400 }));
  tenant.reply("token", () => Response.json({ error: "y" }, { status: 400 }));
  const tokens = sourceFor(tenant);
  await rejects(tokens.get(), {
    message: "Cannot get a token: the request was refused (AADSTS12345)",
  });
  await rejects(tokens.get(), { message: "Cannot get a token: the request was refused (y)" });
});

const NO_TOKENS: [string, () => Response, string, RegExp][] = [
  ["no token", () => Response.json({}), "no_token", /answered without a usable access_token$/],
  [
    "an empty token",
    () => Response.json({ access_token: "" }),
    "no_token",
    /without a usable access_token$/,
  ],
  [
    "a token that no header holds",
    () => Response.json({ access_token: "a\nb" }),
    "no_token",
    /without a usable access_token$/,
  ],
  [
    "a token type that is none",
    () => Response.json({ access_token: "a", token_type: 5 }),
    "no_token",
    /MSAL gives up with TypeError$/,
  ],
  [
    "a list",
    () => Response.json([1]),
    "try_again",
    /answered 200 \(application\/json\), not the JSON/,
  ],
  ["null", () => Response.json(null), "try_again", /answered 200 .*, not the JSON/],
  ["half an answer", () => new Response('{"access_token":"eyJ'), "try_again", /not the JSON/],
  [
    "a sign-in page",
    () => new Response("<html>Sign in", { headers: { "content-type": "text/html" } }),
    "try_again",
    /\/oauth2\/v2\.0\/token\?client-request-id=… answered 200 \(text\/html\), not the JSON/,
  ],
  ["a page with 404", () => new Response("<html>", { status: 404 }), "no_token", /answered 404 /],
  [
    "a redirect",
    () => new Response(null, { status: 307, headers: { location: "https://evil.example/token" } }),
    "no_token",
    /redirects to https:\/\/evil\.example, not followed$/,
  ],
  [
    "a redirect to nowhere",
    () => new Response(null, { status: 302 }),
    "no_token",
    /redirects to nowhere/,
  ],
  [
    "busy for ever",
    () => new Response("", { status: 500 }),
    "try_again",
    /answered: 500, 5 attempts; run/,
  ],
  [
    "throttled for ever",
    () =>
      Response.json({ error: "throttled", error_description: "AADSTS50196: loop" }, {
        status: 429,
      }),
    "try_again",
    /answered: 429 throttled: AADSTS50196: loop, 5 attempts; run again in some minutes$/,
  ],
];

for (const [name, reply, code, message] of NO_TOKENS) {
  Deno.test(`TokenSource fails on ${name}`, async () => {
    await using tenant = await Tenant.start();
    tenant.reply("token", ...Array(5).fill(reply));
    await rejects(sourceFor(tenant).get(), { code, message });
  });
}

Deno.test("TokenSource keeps the reason why nobody answered", async () => {
  await using tenant = await Tenant.start();
  tenant.reply("token", hang, hang);
  await rejects(sourceFor(tenant, { timeout: 50, maxRetries: 1 }).get(), {
    code: "try_again",
    message: /^Cannot reach 127\.0\.0\.1:\d+: no whole answer within 0\.05 s, 2 attempts$/,
  });
});
