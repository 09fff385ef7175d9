import { deepEqual, equal, match, notEqual, ok, rejects } from "node:assert/strict";

import type { ClientCredential } from "../lib/credential.ts";
import { Secret } from "../lib/secret.ts";
import type { AccessToken } from "../lib/token.ts";
import { thumbprintOf } from "./support/certificates.ts";
import { Tenant } from "./support/tenant.ts";
import { sourceFor, tokenReply } from "./support/token_source.ts";

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

Deno.test("TokenSource passes the reason of an abort on", async () => {
  await using tenant = await Tenant.start();
  const stop = new Error("stop");
  const tokens = sourceFor(tenant, { signal: AbortSignal.abort(stop) });
  await rejects(tokens.get(), stop);
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

Deno.test("TokenSource shows a token that is no JWT as one whose roles are unknown", async () => {
  await using tenant = await Tenant.start();
  const shown: AccessToken[] = [];
  for (const token of ["opaque", "a.e30.c", "a.eyJyb2xlcyI6MX0.c"]) {
    tenant.reply("token", tokenReply(token));
    shown.push(await sourceFor(tenant).get());
  }
  deepEqual(shown.map(({ roles }) => roles), [undefined, [], undefined]);
});
