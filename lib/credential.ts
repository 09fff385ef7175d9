/**
 * Turns the credential of the settings into one that can be used, and checks it before anything is
 * sent: the files are there, the key fits the certificate, the certificate is not over.
 *
 * @module
 */

import type { KeyObject, X509Certificate } from "node:crypto";

import type { CredentialSettings } from "./credential_settings.ts";
import { readTextFile, warnIfReadableByOthers } from "./files.ts";
import type { Log } from "./log.ts";
import { readPemFile, readPrivateKey, unusable } from "./pem.ts";
import { Secret } from "./secret.ts";
import type { Thumbprint } from "./thumbprint.ts";

/** How the app proves who it is, ready to use. */
export type ClientCredential =
  | { kind: "secret"; secret: Secret }
  | { kind: "certificate"; thumbprint: Thumbprint; privateKey: Secret };

/** The world that a credential is loaded in. */
export interface CredentialOptions {
  /** Takes warnings. */
  log: Log;
  /** Clock, in milliseconds. @default {Date.now} */
  now?: () => number;
}

type CertificateSettings = Extract<CredentialSettings, { kind: "certificate" }>;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long before its end a certificate is warned of. */
const WARNING_DAYS = 30;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Loads a credential.
 *
 * @param settings The credential of the settings.
 * @param options The world.
 * @returns The credential; a key comes as unencrypted PKCS#8.
 * @throws {ToolError} `config` when a file cannot be read or does not hold what it should, key and
 * certificate do not fit, or the certificate is over.
 */
export async function loadCredential(
  settings: CredentialSettings,
  options: CredentialOptions,
): Promise<ClientCredential> {
  switch (settings.kind) {
    case "secret":
      return checkedSecret(settings.secret, options.log);
    case "secret_file":
      return checkedSecret(await readSecretFile(settings.file, options.log), options.log);
    case "certificate":
      return await loadCertificate(settings, options);
  }
}

function checkedSecret(secret: Secret, log: Log): ClientCredential {
  if (GUID.test(secret.reveal())) {
    log.warning("The client secret looks like a secret's ID; Entra wants the secret's value");
  }
  return { kind: "secret", secret };
}

async function readSecretFile(path: string, log: Log): Promise<Secret> {
  const text = (await readTextFile(path, { mayBeSecret: true })).replace(/[\r\n]+$/, "");
  const wanted = "wanted the value of the client secret, alone";
  if (text.trim() === "") throw unusable(path, `it is empty, ${wanted}`);
  if (/[\r\n]/.test(text)) throw unusable(path, `it has more than one line, ${wanted}`);
  await warnIfReadableByOthers(path, log);
  return new Secret(text);
}

async function loadCertificate(
  { certificateFile, privateKeyFile, thumbprint, password }: CertificateSettings,
  options: CredentialOptions,
): Promise<ClientCredential> {
  const keyPath = privateKeyFile ?? certificateFile;
  if (keyPath === undefined) throw new TypeError("Cannot load a certificate: no file is given");
  const keyFile = await readPemFile(keyPath);
  const file = certificateFile === undefined || certificateFile === keyPath
    ? keyFile
    : await readPemFile(certificateFile);
  if (certificateFile !== undefined && file.certificates.length === 0) {
    throw unusable(file.path, "it holds a private key, not the public certificate");
  }
  const { createPublicKey } = await import("node:crypto");
  const key = await readPrivateKey(keyFile, password);
  await warnIfReadableByOthers(keyPath, options.log);
  const privateKey = new Secret(String(key.export({ type: "pkcs8", format: "pem" })));
  const publicKey = spkiOf(createPublicKey(key));
  const certificate = file.certificates.find((candidate) => fits(candidate, publicKey));
  if (certificate !== undefined) {
    checkDates(file.path, certificate, options);
    if (thumbprint !== undefined) {
      const found = printOf(certificate, thumbprint.hash);
      checkThumbprint(file.path, { found, given: thumbprint });
    }
    return { kind: "certificate", thumbprint: printOf(certificate, "sha256"), privateKey };
  }
  if (file.certificates.length > 0) {
    throw unusable(
      keyPath,
      file === keyFile
        ? "its private key does not fit its certificate"
        : `its private key does not fit the certificate in "${file.path}"`,
      { hint: "name the key that the certificate was made with" },
    );
  }
  if (thumbprint === undefined) {
    throw new TypeError("Cannot load a private key: neither certificate nor thumbprint is given");
  }
  return { kind: "certificate", thumbprint, privateKey };
}

function checkDates(
  path: string,
  { validToDate }: X509Certificate,
  { log, now = Date.now }: CredentialOptions,
): void {
  const end = validToDate.toISOString().slice(0, 10);
  const days = Math.floor((validToDate.getTime() - now()) / DAY_MS);
  const upload = "make a new certificate and upload it to the app (Certificates & secrets)";
  if (days < 0) throw unusable(path, `its certificate ended on ${end}`, { hint: upload });
  if (days < WARNING_DAYS) {
    log.warning(`The certificate in "${path}" ends on ${end}, in ${days} days: ${upload}`);
  }
}

function checkThumbprint(
  path: string,
  { found, given }: { found: Thumbprint; given: Thumbprint },
): void {
  if (found.hex === given.hex) return;
  throw unusable(path, `its thumbprint is ${found.hex}, and the settings say ${given.hex}`, {
    hint: 'leave "thumbprint" out where the certificate is given, or name its own certificate',
  });
}

/** The one form of a public key that every version of Deno can compare. */
function spkiOf(key: KeyObject): string {
  return String(key.export({ type: "spki", format: "pem" }));
}

/** Deno cannot read the keys of some elliptic curves; they fit no RSA key anyway. */
function fits(certificate: X509Certificate, publicKey: string): boolean {
  try {
    return spkiOf(certificate.publicKey) === publicKey;
  } catch {
    return false;
  }
}

function printOf(certificate: X509Certificate, hash: Thumbprint["hash"]): Thumbprint {
  const colons = hash === "sha1" ? certificate.fingerprint : certificate.fingerprint256;
  return { hash, hex: colons.replaceAll(":", "") };
}
