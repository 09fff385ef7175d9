import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";

import { makeUser } from "./support/graph.ts";
import { clientFor, failureOf } from "./support/graph_client.ts";
import { Tenant } from "./support/tenant.ts";

Deno.test("GraphClient gives the users, and sends token and client-request-id", async () => {
  await using tenant = await Tenant.start();
  const { graph } = clientFor(tenant);
  const answer = await graph.request({ url: new URL(`${tenant.origin}/v1.0/users`) });
  deepStrictEqual(answer, {
    "@odata.context": `${tenant.origin}/v1.0/$metadata#users`,
    value: [0, 1, 2].map(makeUser),
  });
  const [{ headers }] = tenant.requests;
  match(String(headers.get("authorization")), /^Bearer ey/);
  match(String(headers.get("client-request-id")), /^[0-9a-f-]{36}$/);
  strictEqual(headers.get("accept"), "application/json, */*;q=0.5");
});

Deno.test("GraphClient replaces a refused token once, and then asks no more", async () => {
  await using tenant = await Tenant.start();
  const { graph, asked } = clientFor(tenant);
  const url = new URL(`${tenant.origin}/v1.0/users`);
  const refused = () =>
    Response.json({ error: { code: "InvalidAuthenticationToken" } }, { status: 401 });
  tenant.reply("graph", refused);
  ok(await graph.request({ url }));
  deepStrictEqual(asked, [{}, { fresh: true }]);
  tenant.reply("graph", refused, refused);
  const error = await failureOf(graph.request({ url }));
  strictEqual(error.code, "refused");
  match(error.message, /: 401 InvalidAuthenticationToken$/);
  match(String(error.hint), /a fresh token was refused, too/);
  strictEqual(tenant.requests.length, 4);
});

Deno.test("GraphClient gives nothing for an answer without content", async () => {
  await using tenant = await Tenant.start();
  tenant.reply("graph", () => new Response(null, { status: 204 }));
  const { graph } = clientFor(tenant);
  strictEqual(await graph.request({ url: new URL(`${tenant.origin}/v1.0/x`) }), undefined);
});

Deno.test("GraphClient sends nothing to another origin", async () => {
  await using tenant = await Tenant.start();
  await using stranger = await Tenant.start();
  const { graph, asked } = clientFor(tenant);
  const { host } = new URL(tenant.origin);
  for (const url of [`${stranger.origin}/v1.0/users`, `http://${host}/`, `https://me@${host}/`]) {
    const error = await failureOf(graph.request({ url: new URL(url) }));
    strictEqual(error.code, "refused");
    match(error.message, /^Cannot call .*: the token is for https:\/\/127\.0\.0\.1:\d+ alone$/);
  }
  deepStrictEqual([asked, tenant.connections, stranger.connections], [[], 0, 0]);
});

Deno.test("GraphClient keeps the token out of an error that sends it back", async () => {
  await using tenant = await Tenant.start();
  tenant.reply("graph", ({ headers }) => {
    const sent = String(headers.get("authorization"));
    const error = { code: sent, message: sent.slice(0, 40), innerError: { "request-id": sent } };
    return Response.json({ error }, { status: 400, headers: { "x-ms-ags-diagnostic": sent } });
  });
  const url = new URL(`${tenant.origin}/x`);
  const error = await failureOf(clientFor(tenant).graph.request({ url }));
  match(error.message, /: 400 Bearer \[secret\], Bearer \[secret\]$/);
  strictEqual(error.details[1], "x-ms-ags-diagnostic: Bearer [secret]");
  ok(!Deno.inspect(error, { depth: 9, showHidden: true }).includes("eyJhbGciOiJIUzI1NiI"));
});

Deno.test("GraphClient keeps every digit of a number", async () => {
  await using tenant = await Tenant.start();
  tenant.reply("graph", () => new Response('{"n":12345678901234567890}'));
  const value = await clientFor(tenant).graph.request({ url: new URL(`${tenant.origin}/x`) });
  strictEqual(JSON.stringify(value), '{"n":12345678901234567890}');
});
