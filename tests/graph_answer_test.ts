import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { clientFor, failureOf } from "./support/graph_client.ts";
import { type Reply, reset, Tenant } from "./support/tenant.ts";

const ROLES: [string[], string][] = [
  [[], "The token has no application permission: none was consented to"],
  [
    ["Mail.Read", "Sites.Read.All"],
    "The token has the application permissions Mail.Read, Sites.Read.All",
  ],
];

for (const [roles, line] of ROLES) {
  Deno.test(`GraphClient explains 403 with the roles ${roles}`, async () => {
    await using tenant = await Tenant.start();
    tenant.app.roles = roles;
    const { origin, app } = tenant;
    const error = await failureOf(
      clientFor(tenant).graph.request({ url: new URL(`${origin}/v1.0/users`) }),
    );
    strictEqual(error.code, "forbidden");
    match(error.message, /: 403 Authorization_RequestDenied, Insufficient privileges/);
    strictEqual(error.details[0], line);
    const url = `${origin}/${app.tenantId}/adminconsent?client_id=${app.clientId}`;
    ok(error.hint?.endsWith(`consent to it: ${url}`));
  });
}

Deno.test("GraphClient tells that roles are unknown where the token is opaque", async () => {
  await using tenant = await Tenant.start();
  tenant.reply("graph", () => new Response("", { status: 403 }));
  const { graph } = clientFor(tenant, { roles: undefined });
  const error = await failureOf(graph.request({ url: new URL(`${tenant.origin}/v1.0/users`) }));
  strictEqual(error.details[0], "The token's application permissions cannot be read");
});

function json(status: number, body: unknown, headers: HeadersInit = {}): Reply {
  return () => Response.json(body, { status, headers });
}

const html = { "content-type": "text/html" };

const FAILURES: [string, Reply, string, RegExp][] = [
  [
    "404",
    json(404, { error: { code: "Request_ResourceNotFound", message: "gone" } }),
    "not_found",
    /: 404 Request_ResourceNotFound, gone$/,
  ],
  [
    "410",
    json(410, { error: { code: "syncStateNotFound" } }),
    "not_found",
    /: 410 syncStateNotFound$/,
  ],
  [
    "400",
    json(400, { error: { code: "BadRequest", message: "" } }),
    "refused",
    /: 400 BadRequest$/,
  ],
  [
    "409",
    json(409, { error: { innererror: { "request-id": "in-1" } } }),
    "refused",
    /: 409 without a reason$/,
  ],
  [
    "an error of another shape",
    json(400, { error: "text" }),
    "refused",
    /: 400 without a reason$/,
  ],
  [
    "an HTML refusal",
    () => new Response("<h1>Blocked</h1>", { status: 403, headers: html }),
    "forbidden",
    /: 403 without a reason$/,
  ],
  [
    "an empty refusal",
    () => new Response(null, { status: 400 }),
    "refused",
    /: 400 without a reason$/,
  ],
  [
    "a sign-in page",
    () => new Response("<html>Sign in", { headers: html }),
    "try_again",
    /: answered 200 \(text\/html\), not JSON$/,
  ],
  [
    "half an answer",
    () => new Response('{"value":[', { headers: { "content-type": "application/json" } }),
    "try_again",
    /not JSON$/,
  ],
  ["text", () => new Response("42a"), "refused", /answered 200 \(text\/plain.*\), not JSON$/],
  [
    "nothing with 200",
    () => new Response(new Uint8Array()),
    "refused",
    /answered 200 \(no content type\), not JSON$/,
  ],
  [
    "a redirect elsewhere",
    () => Response.redirect("https://evil.example/x"),
    "refused",
    /: 302 to https:\/\/evil\.example, not followed$/,
  ],
  [
    "a redirect to nowhere",
    () => new Response(null, { status: 302 }),
    "refused",
    /: 302 to nowhere, not followed$/,
  ],
  [
    "304",
    () => new Response(null, { status: 304 }),
    "refused",
    /: 304, nothing changed$/,
  ],
  [
    "busy for ever",
    json(503, { error: { code: "serviceNotAvailable" } }),
    "try_again",
    /: 503 serviceNotAvailable, 5 attempts; run again in some minutes$/,
  ],
  [
    "throttled beyond the budget",
    json(429, {}, { "retry-after": "600" }),
    "try_again",
    /: 429, 1 attempt; run again in 600 s \(after /,
  ],
  ["a fault that is not retried", json(501, {}), "try_again", /: 501, 1 attempt; /],
  ["a broken connection", reset, "try_again", /^Cannot reach 127\.0\.0\.1:\d+: .*, 5 attempts$/],
];

for (const [name, reply, code, message] of FAILURES) {
  Deno.test(`GraphClient fails on ${name}`, async () => {
    await using tenant = await Tenant.start();
    tenant.reply("graph", ...Array(5).fill(reply));
    const url = new URL(`${tenant.origin}/v1.0/users?$filter=private`);
    const error = await failureOf(clientFor(tenant).graph.request({ url }));
    strictEqual(error.code, code);
    match(error.message, message);
    ok(!Deno.inspect(error, { depth: 9 }).includes("private"));
    if (message.source.startsWith("^Cannot reach")) return;
    match(error.message, /^Cannot GET https:\/\/127\.0\.0\.1:\d+\/v1\.0\/users\?\$filter=…: /);
    match(error.details.join("\n"), /^request-id: .*, client-request-id: [0-9a-f-]{36}, date: /m);
  });
}

Deno.test("GraphClient shows how an answer begins that gives no reason", async () => {
  await using tenant = await Tenant.start();
  const page = () => new Response("<h1>Blocked</h1>", { status: 403, headers: html });
  tenant.reply("graph", page, () => new Response("<h1>Busy</h1>", { status: 501, headers: html }));
  const { graph } = clientFor(tenant);
  const url = new URL(`${tenant.origin}/v1.0/users`);
  const blocked = await failureOf(graph.request({ url }));
  strictEqual(blocked.details[0], 'The answer begins: "<h1>Blocked</h1>"');
  match(String(blocked.hint), /look for a proxy in between/);
  strictEqual(
    (await failureOf(graph.request({ url }))).details[0],
    'The answer begins: "<h1>Busy</h1>"',
  );
});

Deno.test("GraphClient finds the ids of a request in headers and body", async () => {
  await using tenant = await Tenant.start();
  const body = { error: { code: "x", innerError: { "request-id": "in-body" } } };
  const date = "Sun, 22 Nov 2026 10:00:00 GMT";
  tenant.reply(
    "graph",
    json(400, body),
    json(400, body, {
      ...{ "request-id": "in-header", "x-ms-ags-diagnostic": '{"DataCenter":"X"}' },
      date,
    }),
  );
  const { graph } = clientFor(tenant);
  const url = new URL(`${tenant.origin}/v1.0/users`);
  strictEqual((await failureOf(graph.request({ url }))).facts.requestId, "in-body");
  const { facts, details } = await failureOf(graph.request({ url }));
  deepStrictEqual({ ...facts, clientRequestId: "" }, {
    status: 400,
    graphCode: "x",
    requestId: "in-header",
    clientRequestId: "",
    date,
  });
  strictEqual(details[1], 'x-ms-ags-diagnostic: {"DataCenter":"X"}');
});
