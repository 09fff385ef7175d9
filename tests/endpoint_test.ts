import { strictEqual } from "node:assert/strict";

import { readConfiguredEndpoint, readEndpoint } from "../lib/endpoint.ts";

const GRAPH = "https://graph.microsoft.com";

const ENDPOINTS: [string, string][] = [
  ["/users", `${GRAPH}/v1.0/users`],
  ["users", `${GRAPH}/v1.0/users`],
  ["/beta/users", `${GRAPH}/beta/users`],
  [
    "v1.0/users?$top=5&$filter=startswith(mail,'a b')",
    `${GRAPH}/v1.0/users?$top=5&$filter=startswith(mail,%27a%20b%27)`,
  ],
  [`${GRAPH}/v1.0/me`, `${GRAPH}/v1.0/me`],
  [`${GRAPH}:443/v1.0/me`, `${GRAPH}/v1.0/me`],
  ["HTTPS://GRAPH.MICROSOFT.COM/v1.0/me", `${GRAPH}/v1.0/me`],
  ["/users/a_b.com#EXT#@c.com", `${GRAPH}/v1.0/users/a_b.com%23EXT%23@c.com`],
  ["//evil.example/x", `${GRAPH}/v1.0/evil.example/x`],
  ["\\\\evil.example\\x", `${GRAPH}/v1.0///evil.example/x`],
  ["@evil.example/", `${GRAPH}/v1.0/@evil.example/`],
  ["/../../x", `${GRAPH}/x`],
];

for (const [text, url] of ENDPOINTS) {
  Deno.test(`readEndpoint() reads ${text}`, () =>
    strictEqual(String(readEndpoint(text, GRAPH)), url));
}

const REFUSED: [string, string][] = [
  ["https://evil.example/users", 'another host, "https://evil.example"'],
  [
    "https://graph.microsoft.com.evil.example/",
    'another host, "https://graph.microsoft.com.evil.example"',
  ],
  ["https://graph.microsoft.com@evil.example/", "a user name in the URL"],
  ["https://graph.microsoft.com:8443/", 'another host, "https://graph.microsoft.com:8443"'],
  ["http://graph.microsoft.com/v1.0/users", "the scheme http"],
  ["ftp://graph.microsoft.com/", "the scheme ftp"],
];

for (const [text, found] of REFUSED) {
  Deno.test(`readEndpoint() refuses ${text}`, () => strictEqual(readEndpoint(text, GRAPH), found));
}

const CONFIGURED: [string, string[], string][] = [
  [`${GRAPH}/v1.0/users`, [], `${GRAPH}/v1.0/users`],
  [GRAPH, [], `${GRAPH}/v1.0/users`],
  ["/groups", [], `${GRAPH}/v1.0/groups`],
  [`${GRAPH}/v1.0/users/a#EXT#@b.com`, [], `${GRAPH}/v1.0/users/a%23EXT%23@b.com`],
  ["https://api.contoso.com/x", ["https://api.contoso.com/.default"], "https://api.contoso.com/x"],
  ["https://127.0.0.1:8443/v1.0/users", [], "https://127.0.0.1:8443/v1.0/users"],
  ["https://localhost:8443/", [], "https://localhost:8443/v1.0/users"],
  ["https://[::1]:8443/x", [], "https://[::1]:8443/x"],
  ["https://evil.example/x", ["api://evil"], 'another host, "https://evil.example"'],
  ["https://127.0.0.1.evil.example/x", [], 'another host, "https://127.0.0.1.evil.example"'],
  ["http://127.0.0.1:8080/x", [], "the scheme http"],
];

for (const [text, scopes, expected] of CONFIGURED) {
  Deno.test(`readConfiguredEndpoint() judges ${text} for ${scopes}`, () => {
    strictEqual(String(readConfiguredEndpoint(text, { graph: GRAPH, scopes })), expected);
  });
}
