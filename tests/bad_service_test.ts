/**
 * The table of bad input, part two: what the services refuse and break.
 *
 * @module
 */

import { check, config } from "./support/bad_input.ts";
import { hang, type Reply, reset } from "./support/tenant.ts";
import type { Workspace } from "./support/workspace.ts";

const TOKEN_REFUSALS: [string, (workspace: Workspace) => Record<string, unknown>, number][] = [
  ["a wrong secret", () => ({ secret: "wrong" }), 7000215],
  ["an unknown app", () => ({ client_id: "unknown" }), 700016],
  ["an unknown tenant", ({ tenant }) => ({ authority: `${tenant.origin}/nobody.example` }), 90002],
  ["a wrong scope", () => ({ scope: ["User.Read.All"] }), 1002012],
  ["a scope of an unknown resource", () => ({ scope: "https://x.example/.default" }), 500011],
  ["an expired secret", ({ tenant }) => {
    tenant.app.secretExpired = true;
    return {};
  }, 7000222],
];

check(TOKEN_REFUSALS.map(([given, prepare, number]) => ({
  given,
  args: (workspace) => config(workspace, prepare(workspace)),
  code: 4,
  tells: [
    new RegExp(`^Error: Cannot get a token: .* \\(AADSTS${number}\\)$`, "m"),
    /^ {2}error: \w+$/m,
    new RegExp(`^ {2}error_description: AADSTS${number}: `, "m"),
    /^ {2}correlation_id: [0-9a-f-]{36}$/m,
    /^ {2}Fix: \w/m,
  ],
  requests: 1,
})));

check([{
  given: "a key that is not registered",
  args: async (workspace) => {
    const { tenant } = workspace;
    tenant.app.certificates = [];
    await workspace.write("both.pem", tenant.keys.certificate + tenant.keys.privateKey);
    return await config(workspace, { secret: undefined, certificate_file: "both.pem" });
  },
  code: 4,
  tells: [/\(AADSTS700027\)$/m, /Fix: upload the public certificate/],
  requests: 1,
}]);

/** Nobody has to wait before the next attempt. */
const headers: HeadersInit = { "retry-after": "0" };

function graphError(status: number, code: string): Reply {
  return () => Response.json({ error: { code, message: "no" } }, { status, headers });
}

const html: HeadersInit = { "content-type": "text/html" };

const SERVICE_FAULTS: [string, "token" | "graph", Reply, number, RegExp, number][] = [
  [
    "404",
    "graph",
    graphError(404, "Request_ResourceNotFound"),
    3,
    /: 404 Request_ResourceNotFound, no$/m,
    2,
  ],
  ["400", "graph", graphError(400, "Request_BadRequest"), 6, /: 400 Request_BadRequest, no$/m, 2],
  ["409", "graph", graphError(409, "Conflict"), 6, /: 409 Conflict, no$/m, 2],
  [
    "429",
    "graph",
    graphError(429, "TooManyRequests"),
    75,
    /: 429 TooManyRequests, no, 2 attempts; run again/,
    3,
  ],
  [
    "503",
    "graph",
    graphError(503, "serviceNotAvailable"),
    75,
    /: 503 serviceNotAvailable, no, 2 attempts/,
    3,
  ],
  ["a reset", "graph", reset, 75, /^Error: Cannot reach 127\.0\.0\.1:\d+: .*, 2 attempts$/m, 3],
  ["no answer", "graph", hang, 75, /: no whole answer within 1 s, 2 attempts$/m, 3],
  [
    "503 for a token",
    "token",
    () => new Response("", { status: 503, headers }),
    75,
    /answered: 503, 2 attempts/,
    2,
  ],
  ["no answer for a token", "token", hang, 75, /: no whole answer within 1 s, 2 attempts$/m, 2],
  [
    "HTML",
    "graph",
    () => new Response("<html>Hi", { headers: html }),
    75,
    /\/users: answered 200 \(text\/html\), not JSON[^]*begins: "<html>Hi"/,
    2,
  ],
  [
    "HTML for a token",
    "token",
    () => new Response("<html>Hi", { headers: html }),
    75,
    /token\?.* answered 200 \(text\/html\)[^]*begins: "<html>Hi"/,
    1,
  ],
  [
    "broken JSON",
    "graph",
    () => new Response('{"value":[{', { headers: { "content-type": "application/json" } }),
    75,
    /not JSON[^]*begins: "\{"value":\[\{"/,
    3,
  ],
  [
    "broken JSON for a token",
    "token",
    () => new Response("{"),
    75,
    /not the JSON of a token service[^]*begins: "\{"/,
    1,
  ],
  [
    "200 without JSON",
    "graph",
    () => new Response(""),
    6,
    /answered 200 \(text\/plain;charset=UTF-8\), not JSON/,
    2,
  ],
  [
    "200 without a token",
    "token",
    () => Response.json({}),
    4,
    /answered without a usable access_token$/m,
    1,
  ],
  [
    "a Location elsewhere",
    "graph",
    () => Response.redirect("https://evil.example/x"),
    6,
    /: 302 to https:\/\/evil\.example, not followed$/m,
    2,
  ],
  [
    "a Location elsewhere for a token",
    "token",
    () => Response.redirect("https://evil.example/x", 307),
    4,
    /redirects to https:\/\/evil\.example, not followed$/m,
    1,
  ],
];

check(SERVICE_FAULTS.map(([given, service, reply, code, pattern, requests]) => ({
  given: `${given} by the service`,
  args: ({ tenant }) => {
    tenant.reply(service, reply, reply);
    const timeout = reply === hang ? "1" : "30";
    return ["parameters.json", "--max-retries", "1", "--timeout", timeout];
  },
  code,
  tells: [pattern],
  requests,
})));
