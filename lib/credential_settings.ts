/**
 * Which credential the settings name. It is taken as a unit from the highest source that names one,
 * so that a secret of one app never meets the certificate of another.
 *
 * @module
 */

import { Secret } from "./secret.ts";
import type { SettingName } from "./settings_table.ts";
import type { Entry, Source, Sources } from "./sources.ts";
import { readThumbprint, type Thumbprint } from "./thumbprint.ts";

/** How the app proves who it is, before any file is read. */
export type CredentialSettings =
  | { kind: "secret"; secret: Secret }
  | { kind: "secret_file"; file: string }
  | {
    kind: "certificate";
    /** PEM with the certificate, and with the key unless `privateKeyFile` is given. */
    certificateFile?: string;
    /** PEM with the key. */
    privateKeyFile?: string;
    /** Stands in for the certificate, or is compared with it. */
    thumbprint?: Thumbprint;
    /** Of an encrypted key. */
    password?: Secret;
  };

/** Settings that name a credential; those of one row go together. */
const KINDS: readonly (readonly SettingName[])[] = [
  ["secret"],
  ["secret_file"],
  ["certificate_file", "private_key_file", "thumbprint"],
];

/**
 * Picks the credential.
 *
 * @param sources Where settings come from; takes what is wrong.
 * @returns The credential, or `undefined` when there is none or a fault was added.
 */
export function pickCredential(sources: Sources): CredentialSettings | undefined {
  for (const source of sources.ranked) {
    const named = KINDS.flatMap((kind) =>
      kind.map((name) => source.entries[name]).find(Boolean) ?? []
    );
    if (named.length === 1) return read(source, sources);
    if (named.length > 1) {
      const key = named.map((entry) => entry.key).join(" and ");
      const found = `${named.length} credentials`;
      sources.fault({ source: source.name, key, found, wanted: "one of them" });
      return undefined;
    }
  }
  sources.fault({
    source: "all sources",
    key: "credential",
    found: "nothing",
    wanted: '"secret", "certificate_file", or "thumbprint" and "private_key_file"; or ' +
      "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH",
  });
}

function read(source: Source, sources: Sources): CredentialSettings | undefined {
  const { secret, secret_file: secretFile } = source.entries;
  if (secret !== undefined) return { kind: "secret", secret: new Secret(textOf(secret)) };
  if (secretFile !== undefined) return { kind: "secret_file", file: textOf(secretFile) };
  return readCertificate(source, sources);
}

function readCertificate(source: Source, sources: Sources): CredentialSettings | undefined {
  const { certificate_file: certificate, private_key_file: key, thumbprint } = source.entries;
  const print = thumbprint && sources.check(
    thumbprint,
    readThumbprint(textOf(thumbprint)) ?? `${textOf(thumbprint).length} characters`,
  );
  if (thumbprint !== undefined && print === undefined) return undefined;
  if (certificate === undefined && (key === undefined || thumbprint === undefined)) {
    const [alone, missing] = key === undefined
      ? ['"thumbprint"', '"private_key_file"']
      : ['"private_key_file"', '"thumbprint" or "certificate_file"'];
    const wanted = `${missing} beside it`;
    sources.fault({ source: source.name, key: alone, found: "it alone", wanted });
    return undefined;
  }
  // A password is no credential by itself, and flags cannot carry one: any source may give it.
  const password = sources.pick("certificate_password");
  return {
    kind: "certificate",
    certificateFile: certificate && textOf(certificate),
    privateKeyFile: key && textOf(key),
    thumbprint: print,
    password: password && new Secret(textOf(password)),
  };
}

function textOf(entry: Entry): string {
  return String(entry.value);
}
