/**
 * Reads PEM files: which certificates and keys are in them, and the RSA key that is wanted.
 *
 * @module
 */

import type { KeyObject, X509Certificate } from "node:crypto";

import { ToolError } from "./errors.ts";
import { readTextFile } from "./files.ts";
import { Secret } from "./secret.ts";

/** What a PEM file holds. */
export interface PemFile {
  /** The file. */
  path: string;
  /** Its certificates, in order. */
  certificates: X509Certificate[];
  /** Its private keys as PEM, perhaps encrypted. */
  keys: Secret[];
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/** RFC 7518, section 3.5. */
const MIN_RSA_BITS = 2_048;

const PFX_HINT = "turn a PFX file into PEM: openssl pkcs12 -in FILE -nodes -out FILE.pem";

/** Deno cannot decrypt every old encryption (PBE-SHA1-3DES, for one); it can decrypt this. */
const ENCRYPT_ANEW_HINT = "if the password is right, let openssl encrypt the key anew: " +
  "openssl pkcs8 -topk8 -in FILE -out NEW_FILE";

/**
 * Makes the error for a file that does not hold what it should.
 *
 * @param path The file.
 * @param state What it holds, and what is wanted.
 * @param options What the reader can do.
 * @returns The error, `config`.
 */
export function unusable(path: string, state: string, options: { hint?: string } = {}): ToolError {
  return new ToolError("config", `Cannot use "${path}": ${state}`, options);
}

/**
 * Reads a PEM file.
 *
 * @param path The file.
 * @returns Its certificates and keys, at least one of either.
 * @throws {ToolError} `config` when the file cannot be read, or holds neither.
 */
export async function readPemFile(path: string): Promise<PemFile> {
  const { X509Certificate } = await import("node:crypto");
  const text = await readTextFile(path, { ifBinary: PFX_HINT, mayBeSecret: true });
  const file: PemFile = { path, certificates: [], keys: [] };
  const others: string[] = [];
  // Secret stores like to write the line ends of a PEM as \n.
  for (const [block, label] of text.replaceAll("\\n", "\n").matchAll(BLOCK)) {
    if (label.endsWith("PRIVATE KEY") && label !== "OPENSSH PRIVATE KEY") {
      file.keys.push(new Secret(block));
    } else if (label.endsWith("CERTIFICATE")) {
      try {
        file.certificates.push(new X509Certificate(block));
      } catch {
        throw unusable(path, "a certificate in it is damaged");
      }
    } else {
      others.push(label);
    }
  }
  if (file.keys.length + file.certificates.length > 0) return file;
  const found = others.length === 0 ? "no PEM" : others.join(" and ");
  throw unusable(path, `found ${found}, wanted a certificate or a private key in PEM`, {
    hint: PFX_HINT,
  });
}

/**
 * Reads the private key of a PEM file.
 *
 * @param file The file.
 * @param password Of an encrypted key.
 * @returns An RSA key.
 * @throws {ToolError} `config` when there is no key, or it cannot be decrypted or is not RSA.
 */
export async function readPrivateKey(file: PemFile, password?: Secret): Promise<KeyObject> {
  const [pem] = file.keys;
  if (pem === undefined) {
    throw unusable(
      file.path,
      "it holds a public certificate, not the private key",
      { hint: "name the file that holds the private key; the certificate is what one uploads" },
    );
  }
  const isEncrypted = /BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem.reveal());
  if (isEncrypted && password === undefined) {
    throw unusable(
      file.path,
      "its private key is encrypted, and no password is given",
      { hint: 'set "certificate_password" or AZURE_CLIENT_CERTIFICATE_PASSWORD' },
    );
  }
  const { createPrivateKey } = await import("node:crypto");
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem.reveal(), passphrase: password?.reveal() });
  } catch {
    throw isEncrypted
      ? unusable(file.path, "its private key cannot be decrypted with the password", {
        hint: ENCRYPT_ANEW_HINT,
      })
      : unusable(file.path, "its private key is damaged");
  }
  const { asymmetricKeyType: type } = key;
  const { modulusLength = MIN_RSA_BITS } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) {
    const state = `its private key has ${modulusLength} bits, wanted at least ${MIN_RSA_BITS}`;
    throw unusable(file.path, state);
  }
  if (type !== "rsa") throw unusable(file.path, `its private key is of type ${type}, wanted RSA`);
  return key;
}
