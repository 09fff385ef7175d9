/**
 * How MSAL is told of authority and credential.
 *
 * @module
 */

import type { Authority } from "./cloud.ts";
import type { ClientCredential } from "./credential.ts";

/** MSAL's options for an authority. */
export interface AuthorityOptions {
  /** Its URL. */
  authority: string;
  /** The hosts that are trusted without asking Microsoft's. */
  knownAuthorities: string[];
  /** Its endpoints, as JSON. */
  authorityMetadata?: string;
}

/** MSAL's options for a credential. */
export interface CredentialOptions {
  /** The secret. */
  clientSecret?: string;
  /** The key, and the certificate's thumbprint in hex. */
  clientCertificate?: { thumbprint?: string; thumbprintSha256?: string; privateKey: string };
}

/**
 * Gives MSAL's options for an authority. All endpoints of Entra follow from the authority's URL, so that
 * MSAL has nothing to discover, on whatever host; those of an OpenID provider it looks up itself.
 *
 * @param authority Who issues the tokens.
 * @returns The options.
 */
export function authorityOptions({ kind, url }: Authority): AuthorityOptions {
  const knownAuthorities = [new URL(url).host];
  switch (kind) {
    case "entra":
      return {
        authority: url,
        knownAuthorities,
        authorityMetadata: JSON.stringify({
          issuer: `${url}/v2.0`,
          authorization_endpoint: `${url}/oauth2/v2.0/authorize`,
          token_endpoint: `${url}/oauth2/v2.0/token`,
          jwks_uri: `${url}/discovery/v2.0/keys`,
        }),
      };
    case "oidc":
      return { authority: url, knownAuthorities };
  }
}

/**
 * Gives MSAL's options for a credential.
 *
 * @param credential How the app proves who it is.
 * @returns The options; they hold the secret or key in clear.
 */
export function credentialOptions(credential: ClientCredential): CredentialOptions {
  switch (credential.kind) {
    case "secret":
      return { clientSecret: credential.secret.reveal() };
    case "certificate": {
      const { thumbprint: { hash, hex }, privateKey } = credential;
      const thumbprint = hash === "sha256" ? { thumbprintSha256: hex } : { thumbprint: hex };
      return { clientCertificate: { ...thumbprint, privateKey: privateKey.reveal() } };
    }
  }
}
