/**
 * Reads the thumbprint of a certificate as people paste it.
 *
 * @module
 */

/** A certificate's hash in upper-case hex; SHA-1 is what Entra's portal shows. */
export type Thumbprint = { hash: "sha1" | "sha256"; hex: string };

const HASH_OF_LENGTH: Readonly<Record<number, Thumbprint["hash"]>> = { 20: "sha1", 32: "sha256" };

/**
 * Reads a thumbprint: hex in any case, with colons or blanks, or base64 (the quickstart's own
 * script writes base64).
 *
 * @param text What was pasted.
 * @returns The thumbprint, or `undefined` when the text has neither form or the wrong length.
 *
 * @example
 * ```ts
 * import { readThumbprint } from "./thumbprint.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const hex = "A94A8FE5CCB19BA61C4C0873D391E987982FBBD3";
 * deepStrictEqual(readThumbprint("qUqP5cyxm6YcTAhz05Hph5gvu9M="), { hash: "sha1", hex });
 * deepStrictEqual(readThumbprint("a9:4a:8f"), undefined);
 * ```
 */
export function readThumbprint(text: string): Thumbprint | undefined {
  // Windows puts an invisible left-to-right mark before the thumbprint that one copies.
  const plain = text.replaceAll(/[\s:\u200e]/g, "");
  const bytes = /^[0-9a-f]+$/i.test(plain) && plain.length % 4 === 0 && plain.length >= 40
    ? Uint8Array.fromHex(plain)
    : fromBase64(plain);
  const hash = bytes && HASH_OF_LENGTH[bytes.length];
  return hash && { hash, hex: bytes.toHex().toUpperCase() };
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
}
