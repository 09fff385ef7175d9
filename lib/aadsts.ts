/**
 * What the AADSTS numbers of an app's token request mean, and who has to do what. Source:
 * learn.microsoft.com/entra/identity-platform/reference-error-codes, and, for numbers that are not in
 * that table, public issue threads.
 *
 * @module
 */

/** One reason for a refusal. */
export interface Reason {
  /** What is wrong, as the end of a sentence. */
  cause: string;
  /** What to do about it. */
  fix: string;
  /** It passes by itself. */
  transient?: boolean;
  /** Admin consent mends it. */
  consent?: boolean;
}

const TENANT_FIX =
  "compare the tenant in the settings with Entra admin center > Overview, and the " +
  "cloud with the one that the tenant is in";

const CERTIFICATE_FIX =
  "upload the public certificate (.cer, .pem or .crt) of this very key to the " +
  "app (Certificates & secrets > Certificates), and let thumbprint and key be those of one pair";

const SCOPE_FIX = 'let "scope" be the resource and /.default: https://graph.microsoft.com/.default';

const ASSERTION_FIX = "set this machine's clock (NTP); an assertion is valid for minutes only";

const FEDERATION_FIX = "compare issuer, subject and audience with the app's federated credential " +
  "(Certificates & secrets > Federated credentials), letter by letter";

/** Causes and fixes, each with the numbers it belongs to. */
const REASONS: readonly (readonly [readonly number[], Reason])[] = [
  [[7000215], {
    cause: "the client secret is wrong",
    fix: "copy the secret's value, not its ID, from the app that client_id names (Certificates & " +
      "secrets); it is shown only when it is made",
  }],
  [[7000222], {
    cause: "the client secret has expired",
    fix: "make a new secret for the app (Certificates & secrets), or better a certificate",
  }],
  [[7000218], {
    cause: "the request has no credential",
    fix: "give a secret or a certificate in the settings",
  }],
  [[700025], {
    cause: "the app is a public client",
    fix: 'set "Allow public client flows" to No (the app > Authentication)',
  }],
  [[700016], {
    cause: "the tenant has no such app",
    fix:
      "compare client_id with the app's Application (client) ID, and the tenant with the one that " +
      "the app is registered in",
  }],
  [[7000229], {
    cause: "the app has no service principal in the tenant",
    fix: "let an admin of the tenant consent to the app, which makes one",
    consent: true,
  }],
  [[7000112, 70001], {
    cause: "the app is disabled in the tenant",
    fix: "let an admin enable it (Enterprise applications > the app > Properties)",
  }],
  [[90002], { cause: "the tenant does not exist", fix: TENANT_FIX }],
  [[900023], { cause: "the tenant is neither an ID nor a domain", fix: TENANT_FIX }],
  [[50059, 90019], { cause: "the request names no tenant", fix: TENANT_FIX }],
  [[9001023, 50194, 90130], { cause: "the shared tenants are not for apps", fix: TENANT_FIX }],
  [[900382, 900432, 90038], { cause: "the app is in another cloud", fix: 'set "cloud"' }],
  [[700027], { cause: "the certificate is not registered with the app", fix: CERTIFICATE_FIX }],
  [[50012, 700030, 50146], { cause: "the certificate is not trusted", fix: CERTIFICATE_FIX }],
  [[700024, 50013, 500133, 50027], {
    cause: "the assertion is not valid, or not at this time",
    fix: ASSERTION_FIX,
  }],
  [[70021], {
    cause: "no federated credential matches",
    fix: `if it was made just now, wait some minutes; else ${FEDERATION_FIX}`,
  }],
  [[700211, 700212, 7002121, 700213, 7002138], {
    cause: "issuer, audience or subject fit no federated credential",
    fix: FEDERATION_FIX,
  }],
  [[7002137, 700222, 700226, 700227, 700229], {
    cause: "a token of Entra's own is not accepted as this assertion",
    fix: "use an app-only token, or the token of a managed identity",
  }],
  [[1002012, 70011, 28002], { cause: "the scope is not valid", fix: SCOPE_FIX }],
  [[700022, 28003], { cause: "the scopes are none, or of several resources", fix: SCOPE_FIX }],
  [[500011, 50001, 650057], {
    cause: "the resource that the scope names is not in the tenant",
    fix: `${SCOPE_FIX}, on the host of the tenant's cloud`,
  }],
  [[65001, 90094, 650056], {
    cause: "nobody has consented to the app's permissions",
    fix: "let an admin consent (the app > API permissions > Grant admin consent)",
    consent: true,
  }],
  [[53003, 530032, 530035], {
    cause: "a Conditional Access policy blocks the app",
    fix: "ask an admin about the policies for workload identities, and from where they let apps in",
  }],
  [[50196], {
    cause: "the app asked for the same token too often",
    fix: "run less often, or keep one process running so that its token is used again",
  }],
  [[700020], {
    cause: "the request needs a user to sign in",
    fix: "use a resource that lets apps in without a user",
  }],
  [[90033, 90006, 90024, 90055, 50033, 90012], {
    cause: "the service has a passing fault",
    fix: "run again later",
    transient: true,
  }],
];

const BY_NUMBER = new Map(
  REASONS.flatMap(([numbers, reason]) => numbers.map((number) => [number, reason] as const)),
);

/**
 * Explains an AADSTS number.
 *
 * @param number The digits behind `AADSTS`.
 * @returns The reason, or `undefined` for a number that is not known here.
 *
 * @example
 * ```ts
 * import { explainAadsts } from "./aadsts.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(explainAadsts(7000222)?.cause, "the client secret has expired");
 * ```
 */
export function explainAadsts(number: number): Reason | undefined {
  return BY_NUMBER.get(number);
}
