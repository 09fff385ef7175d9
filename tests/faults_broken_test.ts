/**
 * The table of faults, part two: connections and bodies that break, and tokens that end.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";

import {
  badGzip,
  breakAfter,
  busy,
  cutOff,
  drip,
  hang,
  html,
  reset,
  stall,
  unauthorized,
} from "./support/faults.ts";
import { BACKOFF, walk } from "./support/fault_table.ts";
import type { Reply } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

const ONCE_MORE = ["--max-retries", "1"];
const ONE_SECOND = [...ONCE_MORE, "--timeout", "1"];

/** What comes once, and what for ever. */
const BROKEN: [string, Reply, RegExp][] = [
  ["a reset in the body", breakAfter(40), /^Error: Cannot reach .*, 2 attempts$/m],
  ["a body cut off with a clean end", cutOff(40), /answered 200 \(application\/json\), not JSON$/m],
  ["gzip that does not inflate", badGzip(), /^Error: Cannot reach .*, 2 attempts$/m],
];

walk(BROKEN.flatMap(([fault, reply, tells]) => [
  { given: `${fault}, once`, replies: [reply], requests: 4, waits: [BACKOFF] },
  {
    given: `${fault}, for ever`,
    replies: [reply, reply],
    args: ONCE_MORE,
    code: 75,
    tells: [tells],
    requests: 3,
    waits: [BACKOFF],
  },
]));

const SLOW: [string, Reply][] = [
  ["never an answer", hang],
  ["a body that never comes", stall()],
  ["a drip", drip(50)],
];

walk(SLOW.map(([given, reply]) => ({
  given,
  replies: [reply, reply],
  args: ONE_SECOND,
  code: 75,
  tells: [/: no whole answer within 1 s, 2 attempts$/m],
  requests: 3,
  waits: [BACKOFF],
})));

walk([
  {
    given: "a reset before the headers",
    replies: [reset],
    requests: 4,
    waits: [BACKOFF],
  },
  {
    given: "resets before the headers for ever",
    replies: Array(9).fill(reset),
    args: ONCE_MORE,
    code: 75,
    tells: [/^Error: Cannot reach 127\.0\.0\.1:\d+: .*, 2 attempts$/m],
    requests: 3,
    waits: [BACKOFF],
  },
  {
    given: "HTML with 200 of a captive portal",
    replies: [html()],
    code: 75,
    tells: [/: answered 200 \(text\/html\), not JSON$/m, /Fix: look for a proxy or sign-in page/],
    requests: 2,
  },
  {
    given: "302 elsewhere",
    replies: [() => Response.redirect("https://evil.example/x")],
    code: 6,
    tells: [/: 302 to https:\/\/evil\.example, not followed$/m],
    requests: 2,
  },
  {
    given: "a token that is revoked",
    replies: (tenant) => [async (_, { answer }) => {
      tenant.revoke();
      return await answer();
    }],
    requests: 4,
    tokens: 2,
  },
  {
    given: "every token refused",
    replies: Array(9).fill(unauthorized()),
    code: 6,
    tells: [/: 401 InvalidAuthenticationToken, /, /Fix: a fresh token was refused, too/],
    requests: 3,
    tokens: 2,
  },
  {
    given: "a claims challenge that is met",
    replies: (tenant) => [async (_, { answer }) => {
      tenant.challenge();
      return await answer();
    }],
    requests: 4,
    tokens: 2,
  },
  {
    given: "a claims challenge that is not met",
    replies: Array(9).fill(unauthorized({ claims: '{"access_token":{"nbf":{"value":"1"}}}' })),
    code: 6,
    tells: [
      /: 401 InvalidAuthenticationToken, .* code: TokenIssuedBeforeRevocationTimestamp$/m,
      /Fix: a token with the claims that Graph asked for was refused, too: let an admin check/,
    ],
    requests: 3,
    tokens: 2,
  },
]);

Deno.test("main sends the claims of a challenge, and announces that it can", async () => {
  await using workspace = await Workspace.open();
  const { tenant } = workspace;
  const claims = tenant.challenge();
  strictEqual((await workspace.run(["parameters.json"])).code, 0);
  const sent = tenant.requests.filter(({ method }) => method === "POST").map(({ body }) =>
    JSON.parse(String(new URLSearchParams(body).get("claims"))).access_token
  );
  strictEqual(sent.length, 2);
  for (const { xms_cc } of sent) strictEqual(xms_cc.values[0], "cp1");
  strictEqual(sent[1].nbf.value, JSON.parse(claims).access_token.nbf.value);
});

Deno.test("main does not announce it with --no-cae", async () => {
  await using workspace = await Workspace.open();
  strictEqual((await workspace.call({}, "--no-cae")).code, 0);
  strictEqual(new URLSearchParams(workspace.tenant.requests[0].body).get("claims"), null);
});

const LOST: [string, Reply, RegExp][] = [
  ["a reset", reset, /^Error: Cannot reach .*, 1 attempt; it may have been carried out$/m],
  ["502", () => new Response("", { status: 502 }), /may have been carried out; look before/],
];

for (const [fault, reply, tells] of LOST) {
  Deno.test(`main sends a POST once when its answer is lost by ${fault}`, async () => {
    await using workspace = await Workspace.open();
    const { tenant } = workspace;
    tenant.app.roles = ["User.ReadWrite.All"];
    tenant.reply("graph", async (request, exchange) => {
      ok(await exchange.answer());
      return await reply(request, exchange);
    });
    const { code, stderr } = await workspace.call({}, "/users", "-f", "displayName=Ada");
    strictEqual(code, 75);
    match(stderr, tells);
    strictEqual(tenant.requests.filter(({ url }) => url.pathname === "/v1.0/users").length, 1);
  });
}

Deno.test("main tells that a DELETE may have been carried out before its answer", async () => {
  await using workspace = await Workspace.open();
  const { tenant } = workspace;
  tenant.app.roles = ["User.ReadWrite.All"];
  tenant.reply("graph", async (request, exchange) => {
    await exchange.answer();
    return await reset(request, exchange);
  });
  const path = "/users/user2@contoso.example";
  const { code, stderr } = await workspace.call({}, path, "-X", "DELETE");
  strictEqual(code, 3);
  match(stderr, /^ {2}An earlier attempt may have been carried out/m);
});

Deno.test("main tells that a POST may have been carried out when its answer is cut off", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.app.roles = ["User.ReadWrite.All"];
  workspace.tenant.reply("graph", cutOff(40));
  const fields = ["-f", "displayName=Ada", "-f", "userPrincipalName=ada@contoso.example"];
  const { code, stderr } = await workspace.call({}, "/users", ...fields);
  strictEqual(code, 75);
  match(stderr, /^ {2}The request may have been carried out; look before it is sent again$/m);
  match(stderr, /Fix: look whether it has been carried out/);
  strictEqual(workspace.tenant.requests.length, 2);
});

Deno.test("main tells no such thing of a POST that waited for a throttle", async () => {
  await using workspace = await Workspace.open();
  workspace.tenant.app.roles = ["User.ReadWrite.All"];
  workspace.tenant.reply("graph", busy(429, { "retry-after": "0" }));
  const { code, stderr } = await workspace.call({}, "/users", "-f", "displayName=Ada");
  strictEqual(code, 6);
  match(stderr, /: 400 Request_BadRequest/);
  ok(!stderr.includes("carried out"), stderr);
});
