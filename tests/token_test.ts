import {
  deepStrictEqual,
  match,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";

import type { ClientCredential } from "../lib/credential.ts";
import { ToolError } from "../lib/errors.ts";
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
  strictEqual(first.value.reveal(), second.value.reveal());
  deepStrictEqual(first.roles, ["User.Read.All"]);
  ok(first.expiresOn > Date.now() + 3_500_000);
  strictEqual(tenant.requests.length, 1);
  const form = new URLSearchParams(tenant.requests[0].body);
  strictEqual(form.get("grant_type"), "client_credentials");
  strictEqual(form.get("client_secret"), tenant.app.secret);
});

Deno.test("TokenSource lets concurrent callers share one request", async () => {
  await using tenant = await Tenant.start();
  const tokens = sourceFor(tenant);
  const got = await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
  strictEqual(new Set(got.map(({ value }) => value.reveal())).size, 1);
  strictEqual(tenant.requests.length, 1);
  await Promise.all([tokens.get({ fresh: true }), tokens.get({ fresh: true })]);
  strictEqual(tenant.requests.length, 2);
});

Deno.test("TokenSource keeps apart what concurrent callers fail on", async () => {
  await using tenant = await Tenant.start();
  const tokens = sourceFor(tenant, { maxRetries: 0 });
  tenant.reply("token", () => new Response("", { status: 503 }));
  const [fresh, cached] = await Promise.allSettled([tokens.get({ fresh: true }), tokens.get()]);
  strictEqual(fresh.status === "rejected" && fresh.reason.code, "try_again");
  strictEqual(cached.status, "fulfilled");
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
  notStrictEqual(first.value.reveal(), fresh.value.reveal());
  strictEqual((await tokens.get()).value.reveal(), fresh.value.reveal());
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
  for (let n = 0; n < 4; n++) strictEqual((await tokens.get()).value.reveal(), "first");
  strictEqual(lines.length, 1);
  match(lines[0], /^Warning: The token could not be renewed, and the last one is still valid/);
  // The one that failed is not followed by another at once.
  strictEqual(tenant.requests.length, 2);
  await rejects(tokens.get({ fresh: true }), { code: "try_again" });
  now += 241_000;
  await rejects(tokens.get(), { code: "try_again" });
  notStrictEqual((await tokens.get()).value.reveal(), "first");
});

Deno.test("TokenSource spends no waiting on a renewal that can wait", async () => {
  await using tenant = await Tenant.start();
  const waits: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  let now = Date.now();
  const tokens = sourceFor(tenant, { now: () => now, sleep });
  tenant.reply("token", tokenReply("first", { expires_in: 240 }));
  tenant.reply("token", ...Array(9).fill(() => new Response("", { status: 503 })));
  await tokens.get();
  await tokens.get();
  deepStrictEqual(waits, []);
  now += 61_000;
  await tokens.get();
  strictEqual(tenant.requests.length, 3);
  await rejects(tokens.get({ fresh: true }), { code: "try_again" });
  strictEqual(waits.length, 4);
});

Deno.test("TokenSource does not hold up the end of a run by its last token", async () => {
  await using tenant = await Tenant.start();
  const ended = new AbortController();
  const tokens = sourceFor(tenant, { signal: ended.signal });
  tenant.reply("token", tokenReply("first", { expires_in: 240 }), () => {
    ended.abort(new ToolError("terminated", "Cannot finish: SIGTERM came"));
    return undefined;
  });
  await tokens.get();
  await rejects(tokens.get(), { code: "terminated" });
});

Deno.test("TokenSource asks again below MSAL, which would refuse to for a minute", async () => {
  await using tenant = await Tenant.start();
  const busy = () => new Response("<html>busy", { status: 503, headers: { "retry-after": "1" } });
  tenant.reply("token", busy, busy);
  ok((await sourceFor(tenant).get()).value.reveal());
  strictEqual(tenant.requests.length, 3);
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
  strictEqual(tenant.requests.length, 3);
});

Deno.test("TokenSource shows a token that is no JWT as one whose roles are unknown", async () => {
  await using tenant = await Tenant.start();
  const shown: AccessToken[] = [];
  for (const token of ["opaque", "a.e30.c", "a.eyJyb2xlcyI6MX0.c"]) {
    tenant.reply("token", tokenReply(token));
    shown.push(await sourceFor(tenant).get());
  }
  deepStrictEqual(shown.map(({ roles }) => roles), [undefined, [], undefined]);
});
