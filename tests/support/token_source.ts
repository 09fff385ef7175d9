/**
 * A source of tokens of an emulated tenant.
 *
 * @module
 */

import { type Authority, CLOUDS, readAuthority } from "../../lib/cloud.ts";
import type { ClientCredential } from "../../lib/credential.ts";
import { HttpClient, type HttpOptions } from "../../lib/http.ts";
import { Log } from "../../lib/log.ts";
import { Secret } from "../../lib/secret.ts";
import { TokenSource } from "../../lib/token.ts";
import type { Reply, Tenant } from "./tenant.ts";

/** What differs from the tenant's own app. */
export interface SourceOptions extends HttpOptions {
  credential?: ClientCredential;
  scopes?: string[];
  clientId?: string;
  lines?: string[];
}

/** Makes a source of tokens of a tenant, that does not really wait. */
export function sourceFor(tenant: Tenant, options: SourceOptions = {}): TokenSource {
  const { credential, lines = [], now, ...rest } = options;
  const authority = readAuthority(`${tenant.origin}/${tenant.app.tenantId}`) as Authority;
  const sleep = () => Promise.resolve();
  return new TokenSource({
    settings: {
      authority,
      cloud: CLOUDS[0],
      clientId: options.clientId ?? tenant.app.clientId,
      scopes: options.scopes ?? ["https://graph.microsoft.com/.default"],
    },
    credential: credential ?? { kind: "secret", secret: new Secret(tenant.app.secret) },
    http: new HttpClient({ fetch: tenant.fetch, sleep, now, ...rest }),
    log: new Log((line) => lines.push(line)),
    now,
  });
}

/** A token answer, with `refresh_in` where Entra would send it. */
export function tokenReply(token: string, members: Record<string, unknown> = {}): Reply {
  return () =>
    Response.json({ token_type: "Bearer", expires_in: 3599, access_token: token, ...members });
}
