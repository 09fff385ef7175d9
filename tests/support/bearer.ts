/**
 * Calls of the emulated Graph without the program: what the emulation itself is tested with.
 *
 * @module
 */

import type { Tenant } from "./tenant.ts";

/** Asks the token endpoint for a token, perhaps one with claims. */
export async function getToken(
  { app, origin, fetch }: Tenant,
  options: { claims?: string } = {},
): Promise<string> {
  const body = new URLSearchParams({
    client_id: app.clientId,
    client_secret: app.secret,
    scope: "https://graph.microsoft.com/.default",
    grant_type: "client_credentials",
    ...options,
  });
  const answer = await fetch(`${origin}/${app.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body,
  });
  const { access_token, error_description } = await answer.json();
  if (!answer.ok) throw new Error(error_description);
  return access_token;
}

/** Sends a request with a fresh token, unless another is given; never follows a redirect. */
export async function call(
  tenant: Tenant,
  path: string,
  { headers, ...init }: RequestInit = {},
): Promise<Response> {
  const authorization = `Bearer ${await getToken(tenant)}`;
  return await tenant.fetch(`${tenant.origin}/v1.0${path}`, {
    redirect: "manual",
    headers: { authorization, ...headers as Record<string, string> },
    ...init,
  });
}
