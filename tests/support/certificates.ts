/**
 * Certificates for the emulated tenant, made by a library.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";

import { generate } from "selfsigned";

/** A certificate and its key, both as PEM. */
export interface KeyPair {
  certificate: string;
  privateKey: string;
}

/** A day, in milliseconds. */
export const DAY = 24 * 60 * 60 * 1_000;

/** Makes the certificate of a TLS server on loopback; it is its own trust anchor. */
export async function makeServerCertificate(): Promise<KeyPair> {
  // Of two trust anchors with one name, only one would be tried.
  const name = `loopback ${crypto.randomUUID()}`;
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + DAY),
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [{ type: 7, ip: "127.0.0.1" }, { type: 2, value: "localhost" }],
      },
    ],
  });
  return { certificate: `${made.cert}\n`, privateKey: made.private };
}

/** Makes the certificate of an app, valid from yesterday for some days. */
export async function makeAppCertificate({ days = 365 } = {}): Promise<KeyPair> {
  const made = await generate([{ name: "commonName", value: "daemon" }], {
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - 400 * DAY),
    notAfterDate: new Date(Date.now() + days * DAY),
  });
  return { certificate: `${made.cert}\n`, privateKey: made.private };
}

/** Gives a certificate's thumbprint in hex without colons. */
export function thumbprintOf(certificate: string, hash: "sha1" | "sha256" = "sha1"): string {
  const { fingerprint, fingerprint256 } = new X509Certificate(certificate);
  return (hash === "sha1" ? fingerprint : fingerprint256).replaceAll(":", "");
}
