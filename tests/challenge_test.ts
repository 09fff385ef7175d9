import { strictEqual } from "node:assert/strict";

import { readClaimsChallenge } from "../lib/challenge.ts";

const CLAIMS =
  '{"access_token":{"nbf":{"essential":true,"value":"1604106651"},"x":{"values":["é>?"]}}}';
const BYTES = new TextEncoder().encode(CLAIMS);
const BASE64 = BYTES.toBase64();

const READ: [string, string][] = [
  ["as documented", `Bearer realm="", error="insufficient_claims", claims="${BASE64}"`],
  [
    "as Graph sends it",
    `Bearer authorization_uri=https://a.example/x, claims="${BASE64}", errorDescription="no"`,
  ],
  ["without quotation marks", `Bearer error=insufficient_claims,claims=${BASE64}`],
  ["with blanks around the equals sign", `Bearer claims = "${BASE64}"`],
  [
    "in base64url without padding",
    `Bearer claims="${BYTES.toBase64({ alphabet: "base64url", omitPadding: true })}"`,
  ],
  [
    "after a description that speaks of them",
    `Bearer error_description="no claims=x, see claims=y", claims="${BASE64}"`,
  ],
  ["after another scheme", `Negotiate, Bearer error="insufficient_claims", CLAIMS="${BASE64}"`],
];

for (const [form, header] of READ) {
  Deno.test(`readClaimsChallenge() reads claims ${form}`, () => {
    strictEqual(readClaimsChallenge(new Headers({ "www-authenticate": header })), CLAIMS);
  });
}

Deno.test("readClaimsChallenge() reads the second of two headers", () => {
  const headers = new Headers([["www-authenticate", "Basic realm=x"]]);
  headers.append("www-authenticate", `Bearer claims="${BASE64}"`);
  strictEqual(readClaimsChallenge(headers), CLAIMS);
});

const NONE = [
  'Bearer realm=""',
  "Bearer claims=",
  'Bearer claims="%%"',
  `Bearer claims="${btoa("no")}"`,
  `Bearer claims="${btoa("1")}"`,
  `Bearer xclaims="${BASE64}"`,
];

for (const header of NONE) {
  Deno.test(`readClaimsChallenge() finds none in ${header.slice(0, 30)}`, () => {
    strictEqual(readClaimsChallenge(new Headers({ "www-authenticate": header })), undefined);
    strictEqual(readClaimsChallenge(new Headers()), undefined);
  });
}
