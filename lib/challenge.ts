/**
 * Reads the claims challenge of continuous access evaluation: Graph refuses a token that Entra issued
 * before an event such as the app's disabling, and names the claims that a new one must have.
 * https://learn.microsoft.com/entra/identity-platform/claims-challenge
 *
 * @module
 */

/** A value in quotation marks, or up to the next comma or blank. */
const CLAIMS = /(?:^|[\s,])claims\s*=\s*(?:"([^"]*)"|([^\s",]+))/gi;

/**
 * Reads the claims that a resource asks for. Nothing else of the header is looked at, since Graph
 * leaves out quotation marks where RFC 9110 wants them.
 *
 * @param headers The headers of an answer with status 401.
 * @returns The claims as JSON text, or `undefined` when there is no challenge that can be read.
 *
 * @example
 * ```ts
 * import { readClaimsChallenge } from "./challenge.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const challenge = `Bearer authorization_uri=https://a.example, claims="${btoa('{"a":1}')}"`;
 * strictEqual(readClaimsChallenge(new Headers({ "www-authenticate": challenge })), '{"a":1}');
 * ```
 */
export function readClaimsChallenge(headers: Headers): string | undefined {
  const header = headers.get("www-authenticate") ?? "";
  for (const [, quoted, bare] of header.matchAll(CLAIMS)) {
    const claims = decode(quoted ?? bare);
    if (claims !== undefined) return claims;
  }
}

function decode(base64: string): string | undefined {
  try {
    const plain = base64.replaceAll("-", "+").replaceAll("_", "/");
    const text = new TextDecoder().decode(Uint8Array.fromBase64(plain));
    const claims: unknown = JSON.parse(text);
    return typeof claims === "object" && claims !== null ? text : undefined;
  } catch {
    return undefined;
  }
}
