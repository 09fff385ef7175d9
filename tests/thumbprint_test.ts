import { deepStrictEqual, strictEqual } from "node:assert/strict";

import { readThumbprint } from "../lib/thumbprint.ts";

const SHA1 = "A94A8FE5CCB19BA61C4C0873D391E987982FBBD3";
const SHA256 = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08";

const FORMS: [string, string][] = [
  [SHA1, SHA1],
  [SHA1.toLowerCase(), SHA1],
  [SHA1.replaceAll(/..(?=.)/g, "$&:"), SHA1],
  [SHA1.replaceAll(/..(?=.)/g, "$& "), SHA1],
  [`\u200e${SHA1}\n`, SHA1],
  [Uint8Array.fromHex(SHA1).toBase64(), SHA1],
  [SHA256, SHA256],
  [Uint8Array.fromHex(SHA256).toBase64(), SHA256],
  [Uint8Array.fromHex(SHA256).toBase64({ alphabet: "base64url", omitPadding: true }), SHA256],
];

for (const [text, hex] of FORMS) {
  Deno.test(`readThumbprint() reads ${JSON.stringify(text)}`, () => {
    deepStrictEqual(readThumbprint(text), { hash: hex === SHA1 ? "sha1" : "sha256", hex });
  });
}

for (const text of ["", "790E", SHA1.slice(1), `${SHA1}00`, "not a thumbprint at all", "zz"]) {
  Deno.test(`readThumbprint() refuses ${JSON.stringify(text)}`, () => {
    strictEqual(readThumbprint(text), undefined);
  });
}
