import { deepEqual, equal, match, notEqual, ok, rejects } from "node:assert/strict";

import { type Authority, CLOUDS, readAuthority } from "../lib/cloud.ts";
import type { ClientCredential } from "../lib/credential.ts";
import { ToolError } from "../lib/errors.ts";
import { HttpClient, type HttpOptions } from "../lib/http.ts";
import { Log } from "../lib/log.ts";
import { Secret } from "../lib/secret.ts";
import { type AccessToken, TokenSource } from "../lib/token.ts";
import { thumbprintOf } from "./support/certificates.ts";
import { hang, type Reply, Tenant } from "./support/tenant.ts";

interface SourceOptions extends HttpOptions {
  credential?: ClientCredential;
  scopes?: string[];
  clientId?: string;
  lines?: string[];
}

function sourceFor(tenant: Tenant, options: SourceOptions = {}): TokenSource {
  const { credential, lines = [], now, ...rest } = options;
  const authority = readAuthority(`${tenant.origin}/${tenant.app.tenantId}`) as Authority;
  const sleep = () => Promise.resolve();
  return new TokenSource({
    settings: {
      authority,
      cloud: CLOUDS[0],
      clientId: options.clientId ?? tenant.app.clientId,
      scopes: options.scopes ?? ["https://graph.microsoft.com/.default"],
    },
    credential: credential ?? { kind: "secret", secret: new Secret(tenant.app.secret) },
    http: new HttpClient({ fetch: tenant.fetch, sleep, now, ...rest }),
    log: new Log((line) => lines.push(line)),
    now,
  });
}

/** A token answer, with `refresh_in` where Entra would send it. */
function tokenReply(token: string, members: Record<string, unknown> = {}): Reply {
  return () =>
    Response.json({ token_type: "Bearer", expires_in: 3599, access_token: token, ...members });
}

Deno.test("TokenSource gets a token by one request, and then from the cache", async () => {
  await using tenant = await Tenant.start();
  const tokens = sourceFor(tenant);
  const first = await tokens.get();
  const second = await tokens.get();
  equal(first.value.reveal(), second.value.reveal());
  deepEqual(first.roles, ["User.Read.All"]);
  ok(first.expiresOn > Date.now() + 3_500_000);
  equal(tenant.requests.length, 1);
  const form = new URLSearchParams(tenant.requests[0].body);
  equal(form.get("grant_type"), "client_credentials");
  equal(form.get("client_secret"), tenant.app.secret);
});

Deno.test("TokenSource lets concurrent callers share one request", async () => {
  await using tenant = await Tenant.start();
  const tokens = sourceFor(tenant);
  const got = await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
  equal(new Set(got.map(({ value }) => value.reveal())).size, 1);
  equal(tenant.requests.length, 1);
  await Promise.all([tokens.get({ fresh: true }), tokens.get({ fresh: true })]);
  equal(tenant.requests.length, 2);
});

Deno.test("TokenSource keeps apart what concurrent callers fail on", async () => {
  await using tenant = await Tenant.start();
  const tokens = sourceFor(tenant, { maxRetries: 0 });
  tenant.reply("token", () => new Response("", { status: 503 }));
  const [fresh, cached] = await Promise.allSettled([tokens.get({ fresh: true }), tokens.get()]);
  equal(fresh.status === "rejected" && fresh.reason.code, "try_again");
  equal(cached.status, "fulfilled");
});

Deno.test("TokenSource bypasses the cache for a fresh token", async () => {
  await using tenant = await Tenant.start();
  const tokens = sourceFor(tenant);
  const first = await tokens.get();
  const fresh = await tokens.get({ fresh: true });
  notEqual(first.value.reveal(), fresh.value.reveal());
  equal((await tokens.get()).value.reveal(), fresh.value.reveal());
});

for (const hash of ["sha1", "sha256"] as const) {
  Deno.test(`TokenSource signs an assertion under a ${hash} thumbprint`, async () => {
    await using tenant = await Tenant.start();
    const { certificate, privateKey } = tenant.keys;
    const credential: ClientCredential = {
      kind: "certificate",
      thumbprint: { hash, hex: thumbprintOf(certificate, hash) },
      privateKey: new Secret(privateKey),
    };
    ok((await sourceFor(tenant, { credential }).get()).value.reveal());
    ok(!tenant.requests[0].body.includes("client_secret"));
  });
}

Deno.test("TokenSource serves the last token while it is valid when no new one can be had", async () => {
  await using tenant = await Tenant.start();
  const lines: string[] = [];
  let now = Date.now();
  const tokens = sourceFor(tenant, { lines, maxRetries: 0, now: () => now });
  // A token that ends within MSAL's five minutes is never served from MSAL's cache.
  tenant.reply("token", tokenReply("first", { expires_in: 240 }));
  const busy = () => new Response("", { status: 503 });
  tenant.reply("token", busy, busy, busy);
  equal((await tokens.get()).value.reveal(), "first");
  equal((await tokens.get()).value.reveal(), "first");
  match(lines.join(), /^Warning: The token could not be renewed, and the last one is still valid/);
  await rejects(tokens.get({ fresh: true }), { code: "try_again" });
  now += 241_000;
  await rejects(tokens.get(), { code: "try_again" });
  notEqual((await tokens.get()).value.reveal(), "first");
});

Deno.test("TokenSource asks again below MSAL, which would refuse to for a minute", async () => {
  await using tenant = await Tenant.start();
  const busy = () => new Response("<html>busy", { status: 503, headers: { "retry-after": "1" } });
  tenant.reply("token", busy, busy);
  ok((await sourceFor(tenant).get()).value.reveal());
  equal(tenant.requests.length, 3);
  const tokens = sourceFor(tenant, { maxRetries: 0 });
  tenant.reply("token", busy);
  await rejects(tokens.get(), { code: "try_again" });
  ok((await tokens.get()).value.reveal());
});

Deno.test("TokenSource asks again after a passing fault that comes as 400", async () => {
  await using tenant = await Tenant.start();
  const refusal = {
    error: "invalid_request",
    error_description: "AADSTS90033: A transient error.",
  };
  const unavailable = { error: "temporarily_unavailable" };
  tenant.reply("token", () => Response.json(refusal, { status: 400 }));
  tenant.reply("token", () => Response.json(unavailable, { status: 400 }));
  ok((await sourceFor(tenant).get()).value.reveal());
  equal(tenant.requests.length, 3);
});

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
      equal(error.code, "no_token");
      equal(error.facts.aadsts, number);
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

Deno.test("TokenSource shows a token that is no JWT as one whose roles are unknown", async () => {
  await using tenant = await Tenant.start();
  const shown: AccessToken[] = [];
  for (const token of ["opaque", "a.e30.c", "a.eyJyb2xlcyI6MX0.c"]) {
    tenant.reply("token", tokenReply(token));
    shown.push(await sourceFor(tenant).get());
  }
  deepEqual(shown.map(({ roles }) => roles), [undefined, [], undefined]);
});
