import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";

import { decodeJwt } from "jose";

import { call, getToken } from "./support/bearer.ts";
import { fileBytes } from "./support/downloads.ts";
import {
  badGzip,
  breakAfter,
  busy,
  cutOff,
  drip,
  edited,
  html,
  natural,
  onPage,
  stall,
  unauthorized,
} from "./support/faults.ts";
import { type Reply, Tenant } from "./support/tenant.ts";

const CONTENT = "/drives/d/items/i/content";

async function tenantWith(...replies: Reply[]): Promise<Tenant> {
  const tenant = await Tenant.start();
  tenant.reply("graph", ...replies);
  return tenant;
}

for (const [name, reply] of Object.entries({ breakAfter: breakAfter(9), badGzip: badGzip() })) {
  Deno.test(`${name}() gives headers, and a body that fails`, async () => {
    await using tenant = await tenantWith(reply);
    const answer = await call(tenant, "/users");
    strictEqual(answer.status, 200);
    await rejects(answer.bytes(), TypeError);
  });
}

Deno.test("cutOff() gives some bytes, and ends cleanly", async () => {
  await using tenant = await tenantWith(cutOff(9));
  strictEqual(await (await call(tenant, "/users")).text(), '{"@odata.');
});

Deno.test("drip() gives the whole answer", async () => {
  await using tenant = await tenantWith(drip(0));
  tenant.userCount = 1;
  strictEqual((await (await call(tenant, "/users")).json()).value.length, 1);
});

Deno.test("drip() and stall() end with their client", async () => {
  await using tenant = await tenantWith(drip(1), stall(5));
  for (const first of ["{", '{"@od']) {
    const reader = (await call(tenant, "/users")).body?.getReader();
    match(new TextDecoder().decode((await reader?.read())?.value), new RegExp(`^${first}`));
    await reader?.cancel();
  }
});

Deno.test("onPage() plays a reply in the place of the nth answer", async () => {
  await using tenant = await tenantWith(...onPage(2, html(502)));
  const answers = [await call(tenant, "/users"), await call(tenant, "/users")];
  deepStrictEqual(answers.map(({ status }) => status), [200, 502]);
  for (const answer of answers) await answer.text();
});

Deno.test("edited() changes the service's own answer", async () => {
  const again = edited((page) => ({ ...page, "@odata.nextLink": "again" }));
  await using tenant = await tenantWith(natural, again);
  await (await call(tenant, "/users")).json();
  const page = await (await call(tenant, "/users")).json();
  deepStrictEqual([page.value.length, page["@odata.nextLink"]], [3, "again"]);
});

Deno.test("busy() and unauthorized() answer as Graph does", async () => {
  const headers = { "retry-after": "7" };
  await using tenant = await tenantWith(busy(429, headers), unauthorized({ claims: "{}" }));
  const later = await call(tenant, "/users");
  deepStrictEqual([later.status, later.headers.get("retry-after")], [429, "7"]);
  strictEqual((await later.json()).error.code, "TooManyRequests");
  const refused = await call(tenant, "/users");
  match(
    String(refused.headers.get("www-authenticate")),
    /^Bearer realm="", authorization_uri=https:\/\/[^"]+, .* claims="e30=", errorDescription="/,
  );
  strictEqual((await refused.json()).error.code, "InvalidAuthenticationToken");
});

Deno.test("revoke() refuses the tokens so far", async () => {
  await using tenant = await tenantWith();
  const headers = { authorization: `Bearer ${await getToken(tenant)}` };
  const statuses = [];
  for (const revoked of [false, true]) {
    if (revoked) tenant.revoke();
    const answer = await call(tenant, "/users", { headers });
    statuses.push(answer.status);
    await answer.text();
  }
  const fresh = await call(tenant, "/users");
  await fresh.text();
  deepStrictEqual([...statuses, fresh.status], [200, 401, 200]);
});

Deno.test("challenge() refuses until a token's request carries the claims", async () => {
  await using tenant = await tenantWith();
  const claims = tenant.challenge();
  const refused = await call(tenant, "/users");
  await refused.text();
  const header = String(refused.headers.get("www-authenticate"));
  strictEqual(atob(/claims="([^"]+)"/.exec(header)?.[1] ?? ""), claims);
  const { access_token } = JSON.parse(claims);
  const asked = { access_token: { ...access_token, xms_cc: { values: ["cp1"] } } };
  const token = await getToken(tenant, { claims: JSON.stringify(asked) });
  deepStrictEqual(decodeJwt(token).xms_cc, ["cp1"]);
  const headers = { authorization: `Bearer ${token}` };
  const accepted = await call(tenant, "/users", { headers });
  await accepted.text();
  deepStrictEqual([refused.status, accepted.status], [401, 200]);
});

Deno.test("the token endpoint refuses claims that it cannot read", async () => {
  await using tenant = await tenantWith();
  for (const claims of ["e30=", "{}"]) {
    await rejects(getToken(tenant, { claims }), /^Error: AADSTS901001: /);
  }
});

Deno.test("downloads trust the URL alone, and refuse a token", async () => {
  await using tenant = await tenantWith();
  tenant.app.roles.push("Files.Read.All");
  const answer = await call(tenant, CONTENT);
  deepStrictEqual([answer.status, answer.headers.get("location")], [302, tenant.downloads.url]);
  await answer.text();
  const refused = await tenant.fetch(tenant.downloads.url, { headers: { authorization: "x" } });
  deepStrictEqual([refused.status, await refused.text()], [401, ""]);
  const given = await tenant.fetch(tenant.downloads.url);
  strictEqual(given.headers.get("content-length"), String(tenant.fileSize));
  deepStrictEqual(await given.bytes(), fileBytes(0, tenant.fileSize));
  strictEqual(tenant.downloads.requests.length, 2);
});

const RANGES: [Record<string, string>, number, string | null, [number, number]][] = [
  [{ range: "bytes=10-19" }, 206, "bytes 10-19/100000", [10, 20]],
  [{ range: "bytes=99990-" }, 206, "bytes 99990-99999/100000", [99_990, 100_000]],
  [{ range: "bytes=-5" }, 206, "bytes 99995-99999/100000", [99_995, 100_000]],
  [{ range: "bytes=10-", "if-range": '"1"' }, 206, "bytes 10-99999/100000", [10, 100_000]],
  [{ range: "bytes=10-", "if-range": '"0"' }, 200, null, [0, 100_000]],
  [{ range: "bytes=100000-" }, 416, "bytes */100000", [0, 0]],
];

for (const [headers, status, contentRange, [begin, end]] of RANGES) {
  Deno.test(`downloads answer ${JSON.stringify(headers)} with ${status}`, async () => {
    await using tenant = await tenantWith();
    const answer = await tenant.fetch(tenant.downloads.url, { headers });
    deepStrictEqual([answer.status, answer.headers.get("content-range")], [status, contentRange]);
    deepStrictEqual(await answer.bytes(), fileBytes(begin, end));
  });
}

Deno.test("downloads break off when told to", async () => {
  await using tenant = await tenantWith();
  tenant.reply("download", breakAfter(70_000));
  const answer = await tenant.fetch(tenant.downloads.url);
  let bytes = 0;
  await rejects(async () => {
    for await (const chunk of answer.body ?? []) bytes += chunk.length;
  }, TypeError);
  strictEqual(bytes, 70_000);
});
